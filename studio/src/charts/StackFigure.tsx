import * as Plot from "@observablehq/plot";
import { bulk, extent } from "../math/extent";
import type { AnatomyDocument } from "../source/documents";
import { fixed, measured } from "../text/format";
import { term } from "../text/terms";
import { defaults, tick, wholeTicks } from "./defaults";
import { Figure } from "./Figure";
import { series } from "./palette";

/** A way to write the ELBO: reconstruction, less these parts. */
export interface Stack { title: string; formula: string; parts: string[]; note: string }

export const stacks: Stack[] = [
  { title: "ELBO = reconstruction − KL", formula: "E log p(x|z) − KL(q(z|x) ‖ p)", parts: ["kl"], note: "" },
  { title: "ELBO = reconstruction − information − marginal KL", formula: "E log p(x|z) − I(x; z) − KL(q(z) ‖ p)", parts: ["mutualInformationLower", "marginalKlUpper"], note: "Information by its lower bound, which cannot exceed log B; what it misses stands in the marginal KL." },
  { title: "ELBO = reconstruction − information − total correlation − dimension-wise KL", formula: "E log p(x|z) − I(x; z) − TC(z) − Σ KL(q(z_l) ‖ p)", parts: ["mutualInformation", "totalCorrelation", "dimensionwiseKl"], note: "Adds up to the ELBO but for sampling noise; the information reads high." },
];

export const stackOf = (document: AnatomyDocument, stack: Stack): boolean => ["reconstruction", ...stack.parts].every(name => name in document.values);

interface Band { epoch: number; top: number; bottom: number; part: string; value: number; se: number | null }

/** The ELBO taken apart over training: from the reconstruction at the top each part takes its share, down to the ELBO. */
export function StackFigure({ document, stack, all }: { document: AnatomyDocument; stack: Stack; all: boolean }) {
  const draw = (width: number) => {
    const [bands, ends] = layers(document, stack);
    const range = (all ? extent : bulk)([...bands.flatMap(band => [band.top, band.bottom]), ...ends.flatMap(end => [end.elbo - 2 * (end.se ?? 0), end.elbo + 2 * (end.se ?? 0)])]) ?? [0, 1];
    const margin = 0.06 * (range[1] - range[0] || 1);
    return Plot.plot({
      ...defaults(width, 340),
      marginLeft: 60,
      clip: true,
      x: { label: "epoch →", tickFormat: tick, labelAnchor: "right", ticks: wholeTicks(document.epoch, 12) },
      y: { label: "nats", domain: [range[0] - margin, range[1] + margin], grid: true, tickFormat: tick, labelAnchor: "top" },
      marks: [
        Plot.areaY(ends.filter(end => end.se !== null), { x: "epoch", y1: end => end.elbo - 2 * end.se!, y2: end => end.elbo + 2 * end.se!, fill: "var(--ink)", fillOpacity: 0.08 }),
        ...stack.parts.map((part, i) => Plot.areaY(bands.filter(band => band.part === part), { x: "epoch", y1: "bottom", y2: "top", fill: partColour(i), fillOpacity: 0.55, stroke: partColour(i), strokeWidth: 0.75 })),
        Plot.lineY(ends, { x: "epoch", y: "reconstruction", stroke: "var(--soft)", strokeWidth: 1.8, strokeDasharray: "5 4" }),
        Plot.lineY(ends, { x: "epoch", y: "elbo", stroke: "var(--ink)", strokeWidth: 2 }),
        Plot.ruleX(ends, Plot.pointerX({ x: "epoch", stroke: "var(--rule)" })),
        Plot.tip(ends, Plot.pointerX({ x: "epoch", y: "elbo", title: end => describe(document, stack, end.i), fill: "var(--raised)", stroke: "var(--rule)", fontSize: 12 })),
      ],
    });
  };
  const table = () => {
    const names = ["reconstruction", ...stack.parts, "elbo"].filter(name => name in document.values);
    return {
      columns: ["epoch", ...names.flatMap(name => [name, `${name}StandardError`])],
      rows: document.epoch.map((epoch, i) => [epoch, ...names.flatMap(name => [document.values[name]!.mean[i], document.values[name]!.standardError[i]])]),
    };
  };
  return (
    <Figure wide title={stack.title} formula={stack.formula} caption={<>From the reconstruction (dashed) each part takes its share down to the ELBO (line; shaded: ± 2 standard errors). {stack.note}</>} table={table} draw={draw} deps={[document, stack, all]}
      legend={[{ label: "Reconstruction", colour: "var(--soft)", dashed: true }, ...stack.parts.map((part, i) => ({ label: term(part).words, colour: partColour(i), title: term(part).formula })), { label: "ELBO", colour: "var(--ink)" }]} />
  );
}

function layers(document: AnatomyDocument, stack: Stack): [Band[], { epoch: number; reconstruction: number; elbo: number; se: number | null; i: number }[]] {
  const bands: Band[] = [];
  const ends: { epoch: number; reconstruction: number; elbo: number; se: number | null; i: number }[] = [];
  document.epoch.forEach((epoch, i) => {
    const start = document.values["reconstruction"]!.mean[i];
    const values = stack.parts.map(part => document.values[part]!.mean[i]);
    if (start === null || start === undefined || values.some(value => value === null || value === undefined)) return;
    let level = start;
    stack.parts.forEach((part, k) => {
      const value = values[k]!;
      bands.push({ epoch, top: level, bottom: level - value, part, value, se: document.values[part]!.standardError[i] ?? null });
      level -= value;
    });
    ends.push({ epoch, reconstruction: start, elbo: document.values["elbo"]?.mean[i] ?? level, se: document.values["elbo"]?.standardError[i] ?? null, i });
  });
  return [bands, ends];
}

function describe(document: AnatomyDocument, stack: Stack, i: number): string {
  const line = (name: string) => `${term(name).words}  ${measured(document.values[name]?.mean[i], document.values[name]?.standardError[i])}`;
  return [`epoch ${fixed(document.epoch[i], 0)}`, line("elbo"), line("reconstruction"), ...stack.parts.map(line)].join("\n");
}

const partColour = (i: number): string => series[[0, 4, 2][i] ?? i]!;
