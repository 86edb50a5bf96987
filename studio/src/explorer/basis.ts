import { fromPrincipal, toPrincipal, type Principal } from "../math/principal";

/** In which coordinates the latent space is looked at: its own, or along the principal axes of the posterior means. */
export interface Basis { kind: "latents" | "principal"; names: string[]; to: (z: ArrayLike<number>) => Float32Array; from: (c: ArrayLike<number>) => Float32Array; component: (z: ArrayLike<number>, k: number) => number; scale: number[] }

export function latentBasis(latents: number): Basis {
  return { kind: "latents", names: Array.from({ length: latents }, (_, i) => `z${i}`), to: z => Float32Array.from(z), from: c => Float32Array.from(c), component: (z, k) => z[k]!, scale: new Array<number>(latents).fill(1) };
}

export function principalBasis(principal: Principal): Basis {
  return {
    kind: "principal",
    names: principal.axes.map((_, i) => `axis ${i + 1}`),
    to: z => Float32Array.from(toPrincipal(z, principal)),
    from: c => Float32Array.from(fromPrincipal(c, principal)),
    component: (z, k) => principal.axes[k]!.reduce((sum, a, l) => sum + a * (z[l]! - principal.centre[l]!), 0),
    scale: principal.variances.map(variance => Math.sqrt(Math.max(0, variance))),
  };
}

/** How far the rows of a single latent are spread apart across it, to either side. */
const spreadApart = 1;
// Multiples of it fill the interval evenly, however many there are.
const goldenRatio = 0.6180339887498949;

/** Two coordinates of every row, x and y in turn. A single latent has no second one: its rows are spread evenly, only so that they do not lie on each other. */
export function project(array: Float32Array, latents: number, basis: Basis, x: number, y: number): Float32Array {
  const rows = array.length / latents;
  const result = new Float32Array(2 * rows);
  for (let r = 0; r < rows; r++) {
    const at = array.subarray(r * latents, (r + 1) * latents);
    result[2 * r] = basis.component(at, x);
    result[2 * r + 1] = latents > 1 ? basis.component(at, y) : spreadApart * (2 * ((r * goldenRatio) % 1) - 1);
  }
  return result;
}
