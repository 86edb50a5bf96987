import type { Summary } from "../source/documents";

/** The names of all metrics, those that most runs have first. */
export function metricNames(runs: readonly Summary[]): string[] {
  const counts = new Map<string, number>();
  for (const run of runs) for (const name of Object.keys(run.metrics)) if (!name.includes("/decompositions/")) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b)).map(([name]) => name);
}
