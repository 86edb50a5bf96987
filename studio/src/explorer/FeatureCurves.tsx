import * as Plot from "@observablehq/plot";
import { defaults, tick } from "../charts/defaults";
import { Figure } from "../charts/Figure";
import { seriesColour } from "../charts/palette";
import { featureName, type FeatureNames } from "./featureNames";

const most = 24;

/** How each decoded number follows one latent: for data that are no pictures. */
export function FeatureCurves({ values, steps, features, name, at, names }: { values: Float32Array | null; steps: number[]; features: number; name: string; at: number; names: FeatureNames }) {
  const shown = Math.min(most, features);
  const points = values ? Array.from({ length: shown }, (_, f) => steps.map((step, i) => ({ step, value: values[i * features + f]!, feature: featureName(names, f), f }))).flat() : [];
  const draw = (width: number) => Plot.plot({
    ...defaults(width, 170),
    x: { label: `${name} →`, labelAnchor: "right", tickFormat: tick },
    y: { label: "decoded", labelAnchor: "top", grid: true, ticks: 4, tickFormat: tick, nice: true },
    marks: [
      Plot.ruleX([Math.max(-3, Math.min(3, at))], { stroke: "var(--rule)" }),
      Plot.lineY(points, { x: "step", y: "value", z: "f", stroke: point => seriesColour(point.f), strokeWidth: 1.6 }),
      Plot.tip(points, Plot.pointer({ x: "step", y: "value", title: point => `${point.feature} = ${tick(point.value)}`, fill: "var(--raised)", stroke: "var(--rule)" })),
    ],
  });
  const table = () => ({ columns: [name, "feature", "value"], rows: points.map(point => [point.step, point.feature, point.value]) });
  return <Figure title={`Decoded numbers along ${name}`} {...(features > most ? { caption: `the first ${most} of ${features}` } : {})} draw={draw} table={table} deps={[values, at]} legend={shown <= 8 ? Array.from({ length: shown }, (_, f) => ({ label: featureName(names, f), colour: seriesColour(f) })) : []} />;
}
