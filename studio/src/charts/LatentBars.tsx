import * as Plot from "@observablehq/plot";
import { bulk, extent } from "../math/extent";
import type { Maybe } from "../source/documents";
import { short } from "../text/format";
import { defaults, tick } from "./defaults";
import { Figure } from "./Figure";

interface Props { title: string; formula: string; unit: string; values: Maybe[]; collapsed: boolean[]; order: number[]; range: [number, number]; rule?: { at: number; label: string } | null }

/** One bar for each latent; the collapsed ones are hollow and crossed. */
export function LatentBars({ title, formula, unit, values, collapsed, order, range, rule }: Props) {
  const bars = order.map(index => ({ name: `z${index}`, value: values[index] ?? null, collapsed: collapsed[index] ?? false, index })).filter(bar => bar.value !== null);
  const draw = (width: number) => {
    const slot = (width - 68) / Math.max(1, bars.length);
    const every = Math.ceil(30 / slot);
    return Plot.plot({
      ...defaults(width, 240),
      x: { type: "band", domain: bars.map(bar => bar.name), label: null, tickFormat: (name: string, i: number) => (i % every === 0 ? name : ""), tickSize: 0, padding: slot > 60 ? 0.5 : 0.2 },
      y: { domain: [Math.min(0, range[0]), Math.max(0, range[1])], nice: true, grid: true, ticks: 5, label: unit, tickFormat: tick, labelAnchor: "top" },
      marks: [
        Plot.barY(bars, { x: "name", y: "value", fill: bar => (bar.collapsed ? "none" : "var(--series-1)"), stroke: bar => (bar.collapsed ? "var(--series-2)" : "none"), strokeDasharray: "3 2", insetLeft: 0.5, insetRight: 0.5 }),
        Plot.text(bars.filter(bar => bar.collapsed), { x: "name", y: 0, text: () => "×", fill: "var(--series-2)", dy: -8, fontSize: 13, fontWeight: 600 }),
        Plot.ruleY([0], { stroke: "var(--rule)" }),
        rule ? Plot.ruleY([rule.at], { stroke: "var(--soft)", strokeDasharray: "4 3" }) : null,
        Plot.tip(bars, Plot.pointerX({ x: "name", y: "value", title: bar => `${bar.name}${bar.collapsed ? ", collapsed" : ""}\n${short(bar.value)} ${unit}`, fill: "var(--raised)", stroke: "var(--rule)", fontSize: 12 })),
      ],
    });
  };
  const table = () => ({ columns: ["latent", "value", "collapsed"], rows: bars.map(bar => [bar.name, bar.value, bar.collapsed]) });
  // Within the drawing bars would cross the words, wherever they stood.
  const legend = rule ? [{ label: rule.label, colour: "var(--soft)", dashed: true }] : [];
  return <Figure title={title} formula={formula} legend={legend} draw={draw} table={table} deps={[values, collapsed, order, range[0], range[1]]} />;
}

/** A range that holds for all epochs, so that bars can be compared while the slider moves; only an epoch far off widens it. */
export const rangeOf = (rows: Maybe[][], at: number): [number, number] => extent([...(bulk(rows.flat()) ?? [0, 1]), ...rows[at]!])!;
