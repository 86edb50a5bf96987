/** The least share of an axis between two of its labels: below that they would cover each other. */
const least = 0.06;

/** Those of an axis's values whose labels leave each other room; both ends stay. */
export function apart<T>(values: readonly T[], at: (value: T) => number): T[] {
  const sorted = [...values].sort((a, b) => at(a) - at(b));
  const kept: T[] = [];
  const last = sorted.at(-1);
  for (const value of sorted) {
    const roomBelow = kept.length === 0 || at(value) - at(kept.at(-1)!) >= least;
    if (value === last || (roomBelow && (kept.length === 0 || at(last!) - at(value) >= least))) kept.push(value);
  }
  return kept;
}
