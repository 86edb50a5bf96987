import * as Plot from "@observablehq/plot";
import { bulk, extent } from "../math/extent";
import { smooth } from "../math/smooth";
import type { Curve } from "../source/documents";
import { measured } from "../text/format";
import type { Table } from "../text/table";
import { abscissa, abscissaLabel, logSign, type Abscissa } from "./axis";
import { defaults, tick, wholeTicks } from "./defaults";
import { Figure } from "./Figure";

export interface CurveLine { label: string; colour: string; curve: Curve; faint?: boolean; dashed?: boolean }

interface Props { title: string; formula: string; lines: CurveLine[]; x: Abscissa; smoothing: number; log: boolean; all: boolean; wide?: boolean; height?: number; unit?: string; quiet?: boolean; caption?: string }

interface Point { x: number; y: number; raw: number; error: number | null; line: CurveLine }

/** One term over training, a line for each split or run: smoothed, its raw course lightly behind, ± two standard errors where the error is known. */
export function CurveFigure({ title, formula, lines, x, smoothing, log, all, wide = false, height = 220, unit, quiet = false, caption }: Props) {
  const sign = log ? logSign(lines.flatMap(line => line.curve.value)) : 0;
  const draw = (width: number) => {
    const points = lines.map(line => pointsOf(line, x, smoothing));
    const flat = points.flat();
    const shown = flat.flatMap(point => [point.y - 2 * (point.error ?? 0), point.y + 2 * (point.error ?? 0), ...(smoothing > 0 ? [point.raw] : [])]);
    const range = all ? extent(shown) : bulk(shown);
    const f = (v: number) => (sign === -1 ? -v : v);
    const y = sign === 0
      ? { domain: padded(range), tickFormat: tick, label: unit || null, nice: true }
      : { type: "log" as const, reverse: sign === -1, tickFormat: (v: number) => tick(sign === -1 ? -v : v), label: unit || null };
    return Plot.plot({
      ...defaults(width, height),
      marginLeft: 56,
      clip: true,
      x: { label: abscissaLabel[x], tickFormat: tick, labelAnchor: "right", ticks: x === "time" ? 6 : wholeTicks(flat.map(point => point.x), width < 500 ? 6 : 10) },
      y: { ...y, grid: true, ticks: 5, labelAnchor: "top" },
      marks: [
        ...points.map((line, i) => lines[i]!.faint ? null : Plot.areaY(line.filter(point => point.error !== null), {
          x: "x", y1: point => f(point.y - 2 * point.error!), y2: point => f(point.y + 2 * point.error!), fill: lines[i]!.colour, fillOpacity: 0.14,
        })),
        ...points.map((line, i) => smoothing > 0 ? Plot.lineY(line, { x: "x", y: point => f(point.raw), stroke: lines[i]!.colour, strokeOpacity: 0.25, strokeWidth: 1 }) : null),
        ...points.map((line, i) => Plot.lineY(line, {
          x: "x", y: point => f(point.y), stroke: lines[i]!.colour, strokeWidth: lines[i]!.faint ? 1 : 1.8, strokeDasharray: lines[i]!.dashed ? "5 4" : undefined,
        })),
        // One point makes no line: a dot, and its error as a bar.
        ...points.flatMap((line, i) => line.length !== 1 ? [] : [
          Plot.ruleX(line.filter(point => point.error !== null), { x: "x", y1: point => f(point.y - 2 * point.error!), y2: point => f(point.y + 2 * point.error!), stroke: lines[i]!.colour, strokeOpacity: 0.5 }),
          Plot.dot(line, { x: "x", y: point => f(point.y), fill: lines[i]!.colour, r: 3 }),
        ]),
        Plot.ruleX(flat, Plot.pointerX({ x: "x", stroke: "var(--rule)" })),
        Plot.dot(flat, Plot.pointerX({ x: "x", y: point => f(point.y), fill: point => point.line.colour, r: 3 })),
        Plot.tip(flat, Plot.pointerX({ x: "x", y: point => f(point.y), title: describe(x), fill: "var(--raised)", stroke: "var(--rule)", fontSize: 12 })),
      ],
    });
  };
  const table = (): Table => ({
    columns: ["curve", "step", "epoch", "seconds", "value", "standardError"],
    rows: lines.flatMap(({ label, curve }) => curve.value.map((value, i) => [label, curve.step[i], curve.epoch[i], curve.seconds[i], value, curve.error?.[i]])),
  });
  const note = log && sign === 0 ? "No logarithmic axis: the values have both signs." : caption;
  return (
    <Figure title={title} formula={formula} wide={wide} table={table} draw={draw} deps={[lines, x, smoothing, log, all, height]} caption={note}
      legend={!quiet && (lines.length > 1 || wide) ? lines.map(({ label, colour, dashed }) => ({ label, colour, dashed: dashed ?? false })) : []} />
  );
}

function pointsOf(line: CurveLine, kind: Abscissa, smoothing: number): Point[] {
  const at = abscissa(line.curve, kind);
  const smoothed = smooth(line.curve.value, smoothing);
  const points: Point[] = [];
  line.curve.value.forEach((raw, i) => {
    const [x, y] = [at[i], smoothed[i]];
    if (raw !== null && x !== null && x !== undefined && y !== null && y !== undefined) points.push({ x, y, raw, error: line.curve.error?.[i] ?? null, line });
  });
  return points;
}

function padded(range: [number, number] | null): [number, number] {
  if (!range) return [0, 1];
  const margin = range[1] > range[0] ? 0.04 * (range[1] - range[0]) : Math.abs(range[0]) * 0.1 || 1;
  return [range[0] - margin, range[1] + margin];
}

const describe = (kind: Abscissa) => (point: Point): string =>
  `${point.line.label}\n${kind === "time" ? `${point.x.toFixed(3)} h` : `${kind} ${tick(point.x)}`}\n${measured(point.raw, point.error)}`;
