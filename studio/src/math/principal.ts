/** Principal axes of the posterior means: rows of `axes` are orthonormal, the largest variance first. */
export interface Principal { centre: number[]; axes: number[][]; variances: number[] }

/** Coordinates of z along the axes: c_k = a_k · (z − centre). */
export function toPrincipal(z: ArrayLike<number>, { centre, axes }: Principal): number[] {
  return axes.map(axis => {
    let sum = 0;
    for (let l = 0; l < centre.length; l++) sum += axis[l]! * (z[l]! - centre[l]!);
    return sum;
  });
}

/** Back again: z = centre + Σ_k c_k a_k. */
export function fromPrincipal(coordinates: ArrayLike<number>, { centre, axes }: Principal): number[] {
  return centre.map((middle, l) => {
    let sum = middle;
    for (let k = 0; k < axes.length; k++) sum += coordinates[k]! * axes[k]![l]!;
    return sum;
  });
}
