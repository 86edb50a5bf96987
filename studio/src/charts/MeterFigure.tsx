import * as Plot from "@observablehq/plot";
import { bulk, extent } from "../math/extent";
import type { AnatomyDocument } from "../source/documents";
import { measured } from "../text/format";
import { term } from "../text/terms";
import { defaults, tick, wholeTicks } from "./defaults";
import { Figure } from "./Figure";

const names = ["entropyGap", "varianceGap", "momentGap"];
const colours: Record<string, string> = { entropyGap: "var(--ink)", varianceGap: "var(--series-2)", momentGap: "var(--series-1)" };

/** The meter of convergence: ELBO − three entropies, which is zero when training has come to rest, and the two gaps that it is made of. */
export function MeterFigure({ document, all }: { document: AnatomyDocument; all: boolean }) {
  const present = names.filter(name => name in document.values);
  const points = present.flatMap(name => document.epoch.map((epoch, i) => ({ epoch, name, value: document.values[name]!.mean[i] ?? null, se: document.values[name]!.standardError[i] ?? null })))
    .filter((point): point is { epoch: number; name: string; value: number; se: number | null } => point.value !== null);
  const gap = document.values["entropyGap"];
  const draw = (width: number) => {
    const range = (all ? extent : bulk)(points.flatMap(point => [point.value - 2 * (point.se ?? 0), point.value + 2 * (point.se ?? 0)])) ?? [0, 1];
    const [low, high] = [Math.min(0, range[0]), Math.max(0, range[1])];
    const margin = 0.08 * (high - low || 1);
    return Plot.plot({
      ...defaults(width, 260),
      marginLeft: 60,
      clip: true,
      x: { label: "epoch →", tickFormat: tick, labelAnchor: "right", ticks: wholeTicks(document.epoch) },
      y: { label: "nats", grid: true, domain: [low - margin, high + margin], tickFormat: tick, labelAnchor: "top" },
      marks: [
        Plot.ruleY([0], { stroke: "var(--soft)" }),
        ...present.map(name => Plot.areaY(points.filter(point => point.name === name && point.se !== null), { x: "epoch", y1: point => point.value - 2 * point.se!, y2: point => point.value + 2 * point.se!, fill: colours[name]!, fillOpacity: 0.12 })),
        ...present.map(name => Plot.lineY(points.filter(point => point.name === name), { x: "epoch", y: "value", stroke: colours[name]!, strokeWidth: name === "entropyGap" ? 2.2 : 1.6 })),
        Plot.tip(points, Plot.pointer({ x: "epoch", y: "value", title: point => `${term(point.name).words}\nepoch ${point.epoch}\n${measured(point.value, point.se)}`, fill: "var(--raised)", stroke: "var(--rule)", fontSize: 12 })),
      ],
    });
  };
  const table = () => ({ columns: ["epoch", ...present.flatMap(name => [name, `${name}StandardError`])], rows: document.epoch.map((epoch, i) => [epoch, ...present.flatMap(name => [document.values[name]!.mean[i], document.values[name]!.standardError[i]])]) });
  return (
    <Figure title="ELBO − three entropies" formula="ELBO − F_3E" table={table} draw={draw} deps={[document, all]}
      legend={present.map(name => ({ label: term(name).words, colour: colours[name]!, title: term(name).formula }))}
      lead={<p class="big">{measured(gap?.mean.at(-1), gap?.standardError.at(-1))} <small>nats now</small></p>}
      caption="Zero at every point where training has come to rest; what is left says what still moves: the decoder's variance or the second moments of the latents." />
  );
}
