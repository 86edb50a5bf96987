import { short } from "../text/format";

const most = 200;

/** Numbers that are no picture: a bar for each. */
export function FeatureBars({ values, width, height, label }: { values: ArrayLike<number>; width: number; height: number; label: string }) {
  const shown = Array.from({ length: Math.min(most, values.length) }, (_, i) => values[i]!);
  const reach = Math.max(1e-9, ...shown.map(Math.abs));
  const slot = width / shown.length;
  const middle = height / 2;
  return (
    <figure>
      <svg width={width} height={height} role="img" aria-label={`${label}: ${shown.slice(0, 20).map(value => short(value)).join(", ")}`}>
        {shown.map((value, i) => {
          const size = (Math.abs(value) / reach) * (middle - 12);
          return <rect key={i} x={i * slot + 0.1 * slot} width={0.8 * slot} y={value >= 0 ? middle - size : middle} height={size} fill="var(--series-1)"><title>{`x${i} = ${short(value)}`}</title></rect>;
        })}
        <line x1="0" x2={width} y1={middle} y2={middle} stroke="var(--rule)" />
        <text x="0" y="10" font-size="11" fill="var(--soft)">± {short(reach)}</text>
      </svg>
      {shown.length <= 8 && <p class="caption">{shown.map((value, i) => `x${i} ${short(value)}`).join("   ")}</p>}
      {values.length > most && <p class="caption">the first {most} of {values.length} numbers</p>}
    </figure>
  );
}
