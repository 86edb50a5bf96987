/** Least and greatest of the finite values; null when there are none. */
export function extent(values: Iterable<number | null | undefined>): [number, number] | null {
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    if (value === null || value === undefined || !Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return least <= most ? [least, most] : null;
}

/** The value below which a share of the sorted values lies, by linear interpolation. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return NaN;
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const a = sorted[low]!;
  const b = sorted[Math.min(low + 1, sorted.length - 1)]!;
  return a + (at - low) * (b - a);
}

/** The range that shows the bulk: the whole one, unless a few values (the first epochs, mostly) would stretch it to more than three times the bulk's. */
export function bulk(values: Iterable<number | null | undefined>): [number, number] | null {
  const sorted = Float64Array.from([...values].filter((v): v is number => v !== null && v !== undefined && Number.isFinite(v))).sort();
  if (sorted.length === 0) return null;
  const whole: [number, number] = [sorted[0]!, sorted[sorted.length - 1]!];
  const [low, high] = [quantile(sorted, 0.05), quantile(sorted, 0.95)];
  if (whole[1] - whole[0] <= 3 * (high - low) || high === low) return whole;
  const margin = 0.15 * (high - low);
  return [Math.max(whole[0], low - margin), Math.min(whole[1], high + margin)];
}
