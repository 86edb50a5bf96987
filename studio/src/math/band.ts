import type { Curve, Maybe } from "../source/documents";
import { meanAndSd } from "./statistics";

/** Mean of several curves at the epochs that any of them has, with the standard deviation between them as the error. */
export function meanCurve(curves: readonly Curve[]): Curve {
  const byEpoch = new Map<number, { value: Maybe[]; step: Maybe; seconds: Maybe[] }>();
  for (const curve of curves) {
    curve.epoch.forEach((epoch, i) => {
      if (epoch === null) return;
      const at = byEpoch.get(epoch) ?? { value: [], step: curve.step[i] ?? null, seconds: [] };
      at.value.push(curve.value[i] ?? null);
      at.seconds.push(curve.seconds[i] ?? null);
      byEpoch.set(epoch, at);
    });
  }
  const epochs = [...byEpoch.keys()].sort((a, b) => a - b);
  const rows = epochs.map(epoch => byEpoch.get(epoch)!);
  const statistics = rows.map(row => meanAndSd(row.value));
  return { epoch: epochs, step: rows.map(row => row.step), seconds: rows.map(row => meanAndSd(row.seconds).mean), value: statistics.map(s => s.mean), error: statistics.map(s => s.sd) };
}
