import { short } from "../text/format";
import { featureName, type FeatureNames } from "./featureNames";

const most = 200;

/** Numbers that are no picture: a bar for each. */
export function FeatureBars({ values, width, height, label, names }: { values: ArrayLike<number>; width: number; height: number; label: string; names: FeatureNames }) {
  const shown = Array.from({ length: Math.min(most, values.length) }, (_, i) => values[i]!);
  const low = Math.min(0, ...shown);
  const high = Math.max(0, ...shown);
  const slot = width / shown.length;
  const y = (value: number) => 14 + ((high - value) / (high - low || 1)) * (height - 28);
  return (
    <figure>
      <svg width={width} height={height} role="img" aria-label={`${label}: ${shown.slice(0, 20).map(value => short(value)).join(", ")}`}>
        {shown.map((value, i) => {
          return <rect key={i} x={i * slot + 0.1 * slot} width={0.8 * slot} y={y(Math.max(0, value))} height={Math.abs(y(value) - y(0))} fill="var(--series-1)"><title>{`${featureName(names, i)} = ${short(value)}`}</title></rect>;
        })}
        <line x1="0" x2={width} y1={y(0)} y2={y(0)} stroke="var(--rule)" />
        {high > 0 && <text x="0" y="10" font-size="11" fill="var(--soft)">{short(high)}</text>}
        {low < 0 && <text x="0" y={height - 2} font-size="11" fill="var(--soft)">{short(low)}</text>}
      </svg>
      {shown.length <= 8 && <p class="caption">{shown.map((value, i) => `${featureName(names, i)} ${short(value)}`).join(" · ")}</p>}
      {values.length > most && <p class="caption">the first {most} of {values.length} numbers</p>}
    </figure>
  );
}
