import { quantile } from "../math/extent";
import { series } from "../charts/palette";

export type Column = { name: string; values: (number | string | null)[] };

/** How rows are coloured by a column: a few kinds each with a colour, or a ramp from low to high. */
export interface Colouring { of: Int32Array; palette: string[]; labels: string[]; ramp: [number, number] | null }

const mostKinds = 12;
export const rampSteps = 64;

/** Kinds beyond the eight colours of the palette go on with mixtures of them. */
export function colouring(column: Column | null, rows: number): Colouring {
  const of = new Int32Array(rows);
  if (!column) return { of, palette: [series[0]!], labels: [], ramp: null };
  const distinct = [...new Set(column.values.filter(value => value !== null))];
  const texts = distinct.some(value => typeof value === "string");
  if (texts || (distinct.length <= mostKinds && distinct.every(value => Number.isInteger(value)))) {
    const labels = distinct.map(String).sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
    const index = new Map(labels.map((label, i) => [label, Math.min(i, mostKinds)]));
    column.values.forEach((value, i) => (of[i] = value === null ? -1 : index.get(String(value))!));
    const shown = labels.slice(0, mostKinds);
    return { of, palette: labels.map((_, i) => kindColour(i)), labels: labels.length > mostKinds ? [...shown, `${labels.length - mostKinds} more`] : shown, ramp: null };
  }
  const sorted = Float64Array.from(distinct as number[]).sort();
  const [low, high] = [quantile(sorted, 0.01), quantile(sorted, 0.99)];
  column.values.forEach((value, i) => (of[i] = value === null ? -1 : Math.round(Math.min(1, Math.max(0, ((value as number) - low) / (high - low || 1))) * (rampSteps - 1))));
  return { of, palette: Array.from({ length: rampSteps }, (_, i) => rampColour(i / (rampSteps - 1))), labels: [], ramp: [low, high] };
}

const more = ["#00b8a9", "#e6007e", "#8c6d31", "#a8b800"];
const kindColour = (i: number): string => (i < series.length ? series[i]! : more[i - series.length] ?? "var(--faint)");

// Anchors of cividis, which reads the same for all kinds of colour vision.
const anchors: [number, number, number][] = [[0, 34, 78], [53, 69, 108], [102, 105, 112], [148, 142, 119], [200, 184, 102], [254, 232, 56]];

export function rampColour(t: number): string {
  const at = Math.min(1, Math.max(0, t)) * (anchors.length - 1);
  const i = Math.min(anchors.length - 2, Math.floor(at));
  const channel = (c: 0 | 1 | 2) => Math.round(anchors[i]![c] + (at - i) * (anchors[i + 1]![c] - anchors[i]![c]));
  return `rgb(${channel(0)} ${channel(1)} ${channel(2)})`;
}
