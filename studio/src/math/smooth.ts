/**
 * Exponential moving average, freed of the weight of its start: s_i = Σ_j a^(i−j) v_j / Σ_j a^(i−j). Missing values neither count nor are filled.
 * @param a weight of the past, in [0, 1); 0 leaves the values as they are
 */
export function smooth(values: readonly (number | null)[], a: number): (number | null)[] {
  if (!(a > 0)) return [...values];
  let sum = 0;
  let weight = 0;
  return values.map(value => {
    if (value === null || !Number.isFinite(value)) return null;
    sum = a * sum + value;
    weight = a * weight + 1;
    return sum / weight;
  });
}
