import { bulk } from "../math/extent";
import type { Maybe } from "../source/documents";

const width = 96;
const height = 26;

/** The course of the objective in the size of a word. */
export function Sparkline({ values }: { values: Maybe[] }) {
  const range = bulk(values);
  if (!range) return <svg class="spark" width={width} height={height} aria-hidden="true" />;
  const [low, high] = range;
  const y = (v: number) => height - 4 - (high === low ? 0.5 : Math.min(1, Math.max(0, (v - low) / (high - low)))) * (height - 8);
  let path = "";
  let last: [number, number] | null = null;
  values.forEach((value, i) => {
    if (value === null) return;
    const point: [number, number] = [2 + (i / Math.max(1, values.length - 1)) * (width - 6), y(value)];
    path += `${path ? "L" : "M"}${point[0].toFixed(1)} ${point[1].toFixed(1)}`;
    last = point;
  });
  return (
    <svg class="spark" width={width} height={height} aria-hidden="true">
      <path d={path} fill="none" stroke="var(--series-1)" stroke-width="1.4" stroke-linejoin="round" />
      {last && <circle cx={last[0]} cy={last[1]} r="2" fill="var(--series-1)" />}
    </svg>
  );
}
