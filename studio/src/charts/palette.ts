/** Colours that stay apart for readers who see red and green alike: Okabe and Ito's, their lightness set for the ground in style/tokens.css. */
export const series = Array.from({ length: 8 }, (_, i) => `var(--series-${i + 1})`);

export const seriesColour = (i: number): string => series[i % series.length]!;

/** Each split has its colour on every page. */
export function sideColour(name: string): string {
  if (name.startsWith("validation/")) return series[0]!;
  if (name.startsWith("train/")) return series[1]!;
  if (name.startsWith("batch/")) return "var(--faint)";
  return series[2]!;
}
