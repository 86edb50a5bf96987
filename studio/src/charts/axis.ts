import type { Curve } from "../source/documents";

export type Abscissa = "step" | "epoch" | "time";

export const abscissaLabel: Record<Abscissa, string> = { step: "step →", epoch: "epoch →", time: "hours of training →" };

/** Where the points of a curve lie across the page. */
export function abscissa(curve: Curve, kind: Abscissa): (number | null)[] {
  if (kind === "time") return curve.seconds.map(s => (s === null ? null : s / 3600));
  return kind === "step" ? curve.step : curve.epoch;
}

/** How a logarithmic axis can show these values: as they are, upside down when all are below zero, or not at all when signs differ. */
export function logSign(values: Iterable<number | null | undefined>): 1 | -1 | 0 {
  let sign: 1 | -1 | 0 = 0;
  for (const value of values) {
    if (value === null || value === undefined || !Number.isFinite(value)) continue;
    const here = value > 0 ? 1 : value < 0 ? -1 : 0;
    if (here === 0 || (sign !== 0 && here !== sign)) return 0;
    sign = here;
  }
  return sign;
}
