import { meanAndSd } from "../math/statistics";
import type { Comparison } from "./documents";

/** The comparison of some of the runs that a larger one compares: what can be said anew is, and pairs that lost a run are left out. */
export function narrow(whole: Comparison, ids: readonly string[]): Comparison {
  const wanted = new Set(ids);
  const kept = whole.groups.map(group => ({ group, at: group.ids.map((id, i) => (wanted.has(id) ? i : -1)).filter(i => i >= 0) })).filter(({ at }) => at.length > 0);
  const complete = new Set(kept.filter(({ group, at }) => at.length === group.ids.length).map(({ group }) => group.label));
  return {
    metrics: whole.metrics,
    groups: kept.map(({ group, at }) => ({
      ...group,
      ids: at.map(i => group.ids[i]!),
      values: Object.fromEntries(Object.entries(group.values).map(([metric, { values }]) => {
        const rest = at.map(i => values[i] ?? null);
        return [metric, { ...meanAndSd(rest), values: rest }];
      })),
    })),
    pairs: whole.pairs.filter(pair => complete.has(pair.a) && complete.has(pair.b)),
  };
}
