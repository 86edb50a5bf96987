import * as Plot from "@observablehq/plot";
import { bulk } from "../math/extent";
import type { Maybe } from "../source/documents";
import { short } from "../text/format";
import { dark } from "../theme";
import { defaults, tick, wholeTicks } from "./defaults";
import { Figure } from "./Figure";

interface Props { title: string; formula: string; unit: string; epoch: number[]; rows: Maybe[][]; order: number[]; at: number }

/** All latents over all epochs: a row for each latent, darker for more. */
export function LatentMap({ title, formula, unit, epoch, rows, order, at }: Props) {
  const cells = rows.flatMap((row, e) => order.map(index => ({ epoch: epoch[e]!, from: between(epoch, e - 1), to: between(epoch, e), name: `z${index}`, value: row[index] ?? null })));
  const [low, , high] = spread(rows);
  const draw = (width: number) => {
    const height = Math.max(90, Math.min(420, order.length * (order.length > 24 ? 9 : 16)) + 52);
    const every = Math.ceil(order.length / ((height - 52) / 11));
    return Plot.plot({
      ...defaults(width, height),
      x: { label: "epoch →", tickFormat: tick, labelAnchor: "right", ticks: wholeTicks([epoch[0], epoch.at(-1)! + 1], 12) },
      y: { type: "band", domain: order.map(index => `z${index}`), label: null, tickSize: 0, padding: order.length > 24 ? 0 : 0.12, tickFormat: (name: string, i: number) => (i % every === 0 ? name : "") },
      color: { type: "linear", clamp: true, domain: spread(rows), range: dark.value ? ["#1d2329", "#5cb3ec", "#f4fbff"] : ["#eef3f6", "#4a9cce", "#06304d"] },
      marks: [
        Plot.rect(cells, { x1: "from", x2: "to", y: "name", fill: "value", inset: 0, shapeRendering: "crispEdges" }),
        Plot.ruleX([at], { stroke: "var(--series-2)", strokeWidth: 1.5 }),
        Plot.tip(cells, Plot.pointer({ x: "epoch", y: "name", title: cell => `${cell.name}, epoch ${cell.epoch}\n${short(cell.value)} ${unit}`, fill: "var(--raised)", stroke: "var(--rule)", fontSize: 12 })),
      ],
    });
  };
  const table = () => ({ columns: ["epoch", ...order.map(index => `z${index}`)], rows: rows.map((row, e) => [epoch[e], ...order.map(index => row[index])]) });
  return <Figure wide title={title} formula={formula} draw={draw} table={table} deps={[rows, epoch, order, at]} caption={`${dark.value ? "Dark to bright" : "Pale to dark"}: ${short(low)} to ${short(high)} ${unit}; what lies beyond is shown as the nearer end.`} />;
}

// Three anchors of the ramp: without the first epochs, which may be far off.
function spread(rows: Maybe[][]): [number, number, number] {
  const [low, high] = bulk(rows.flat()) ?? [0, 1];
  return [low, (low + high) / 2, high];
}

// A look's cell reaches half way to its neighbours; at the ends as far as on the other side.
function between(epoch: number[], e: number): number {
  const [a, b] = [epoch[e], epoch[e + 1]];
  if (a !== undefined && b !== undefined) return (a + b) / 2;
  const step = epoch.length > 1 ? Math.abs(a === undefined ? epoch[1]! - epoch[0]! : a - epoch[e - 1]!) : 1;
  return a === undefined ? epoch[0]! - step / 2 : a + step / 2;
}
