import type { Comparison, Summary } from "../source/documents";

/** Short names of the groups: what the names of a group's runs have in common, else what the server calls it by its settings. */
export function labelsOf(comparison: Comparison, runs: readonly Summary[]): string[] {
  const names = new Map(runs.map(run => [run.id, run.name || run.id]));
  const short = comparison.groups.map(group => stem(group.ids.map(id => names.get(id) ?? id)));
  return comparison.groups.map((group, i) => (short[i] && short.filter(label => label === short[i]).length === 1 ? short[i] : group.label));
}

/** "run-seed-1", "run-seed-2" → "run". */
export function stem(names: readonly string[]): string {
  if (names.length === 1) return names[0]!;
  let end = 0;
  while (end < names[0]!.length && names.every(name => name[end] === names[0]![end])) end++;
  const common = names[0]!.slice(0, end);
  return common.length === names[0]!.length ? common : common.replace(/[-_. ]*(seed|s)?[-_. ]*\d*$/i, "");
}
