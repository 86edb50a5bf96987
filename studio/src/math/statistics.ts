/** Mean and sample standard deviation of the finite values; null where there are too few. */
export function meanAndSd(values: readonly (number | null | undefined)[]): { mean: number | null; sd: number | null; n: number } {
  const finite = values.filter((v): v is number => v !== null && v !== undefined && Number.isFinite(v));
  const n = finite.length;
  if (n === 0) return { mean: null, sd: null, n };
  const mean = finite.reduce((sum, v) => sum + v, 0) / n;
  const sd = n < 2 ? null : Math.sqrt(finite.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1));
  return { mean, sd, n };
}

/** Standard normal numbers of a seeded generator, by Box and Muller: the same seed, the same z everywhere. */
export function normals(count: number, seed: number): Float32Array {
  const result = new Float32Array(count);
  let state = seed >>> 0;
  // mulberry32: small, and good enough to choose points to look at.
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
  for (let i = 0; i < count; i++) result[i] = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return result;
}
