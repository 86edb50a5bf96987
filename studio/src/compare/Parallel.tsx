import * as Plot from "@observablehq/plot";
import { defaults, tick } from "../charts/defaults";
import { Figure } from "../charts/Figure";
import { extent } from "../math/extent";
import type { Comparison } from "../source/documents";
import { fullName, spaced } from "../text/terms";
import { apart } from "./apart";
import type { Member } from "./groups";
import { axesOf, type Axis } from "./settings";

/** Parallel coordinates: an axis for each setting in which the runs differ and for the numbers, a line for each run. */
export function Parallel({ members, comparison }: { members: Member[]; comparison: Comparison }) {
  const runs = members.map(({ run }) => run);
  const metrics = ["validation/objective", "train/objective"].filter(name => runs.some(run => run.metrics[name])).slice(0, 1).concat(["validation/kl", "validation/reconstruction"].filter(name => runs.every(run => run.metrics[name])));
  const axes = axesOf(runs, comparison, metrics);
  if (axes.length <= metrics.length) return null;
  const places = axes.map(place);
  const title = (axis: Axis) => (axis.key.includes("/") ? fullName(axis.key) : axis.key.split(".").slice(-2).map(part => spaced(part).toLowerCase()).join(" "));
  const points = members.flatMap((member, r) => axes.map((axis, i) => ({ axis: title(axis), at: places[i]!(axis.values[r] ?? null), member, value: axis.values[r] }))).filter(point => point.at !== null);
  const ticks = axes.flatMap(axis => {
    const at = place(axis);
    const shown = axis.numeric ? numericTicks(axis) : [...new Set(axis.values.map(value => (value === null ? "none" : value)))];
    return apart(shown, value => at(value === "none" ? null : value) ?? 0).map(value => ({ axis: title(axis), at: at(value === "none" ? null : value) ?? 0, text: typeof value === "number" ? tick(Number(value.toPrecision(4))) : String(value) }));
  });
  const draw = (width: number) => Plot.plot({
    ...defaults(Math.max(width, 160 + (axes.length - 1) * 115), 320),
    marginLeft: 70, marginRight: 90, marginTop: 48, marginBottom: 16,
    x: { type: "point", domain: axes.map(title), axis: null },
    y: { axis: null, domain: [0, 1] },
    marks: [
      Plot.ruleX(axes.map(title), { stroke: "var(--rule)" }),
      Plot.text(axes.map(title), { x: (name: string) => name, frameAnchor: "top", dy: -20, fill: "var(--ink)", fontWeight: 600, lineWidth: 9, lineAnchor: "bottom" }),
      Plot.line(points, { x: "axis", y: "at", z: point => point.member.run.id, stroke: point => point.member.colour, strokeWidth: 1.6, strokeOpacity: 0.75 }),
      Plot.dot(points, { x: "axis", y: "at", fill: point => point.member.colour, r: 3 }),
      Plot.text(ticks, { x: "axis", y: "at", text: "text", dx: 5, dy: -7, textAnchor: "start", fill: "var(--soft)", stroke: "var(--paper)", strokeWidth: 4 }),
      Plot.tip(points, Plot.pointer({ x: "axis", y: "at", title: point => `${point.member.name}\n${point.axis}: ${typeof point.value === "number" ? tick(Number(point.value.toPrecision(5))) : point.value ?? "none"}`, fill: "var(--raised)", stroke: "var(--rule)", fontSize: 12 })),
    ],
  });
  const table = () => ({ columns: ["run", ...axes.map(axis => axis.key)], rows: members.map(({ run }, r) => [run.id, ...axes.map(axis => axis.values[r])]) });
  return <section class="section"><h2>Settings and results</h2><Figure wide scroll title="Parallel coordinates" caption="Settings in which the runs differ, then what came of them; a line is a run." draw={draw} table={table} deps={[members, comparison]} /></section>;
}

const ticksOf = 5;

function numericTicks(axis: Axis): number[] {
  const distinct = [...new Set(axis.values.filter((value): value is number => typeof value === "number"))].sort((a, b) => a - b);
  if (distinct.length <= ticksOf) return distinct;
  const [low, high] = [distinct[0]!, distinct.at(-1)!];
  return Array.from({ length: ticksOf }, (_, i) => low + (i / (ticksOf - 1)) * (high - low));
}

function place(axis: Axis): (value: string | number | null) => number | null {
  if (axis.numeric) {
    const [low, high] = extent(axis.values as (number | null)[]) ?? [0, 1];
    return value => (typeof value !== "number" ? null : high === low ? 0.5 : (value - low) / (high - low));
  }
  const kinds = [...new Set(axis.values.map(value => String(value ?? "none")))];
  return value => (kinds.length === 1 ? 0.5 : kinds.indexOf(String(value ?? "none")) / (kinds.length - 1));
}
