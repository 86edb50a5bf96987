import type { Comparison, Summary } from "../source/documents";

/** Short names of the groups: what the names of a group's runs have in common, else what the server calls it by its settings. */
export function labelsOf(comparison: Comparison, runs: readonly Summary[]): string[] {
  const names = new Map(runs.map(run => [run.id, run.name || run.id]));
  const short = comparison.groups.map(group => stem(group.ids.map(id => names.get(id) ?? id)));
  return comparison.groups.map((group, i) => (short[i] && short.filter(label => label === short[i]).length === 1 ? short[i] : group.label));
}

/** A name for each run, by its id, that no other has: its own; else its group's with the seed; else its id. */
export function namesOf(runs: readonly Summary[], comparison: Comparison | null): Map<string, string> {
  const labels = comparison ? labelsOf(comparison, runs) : [];
  const grouped = (run: Summary) => {
    const group = comparison?.groups.findIndex(({ ids }) => ids.includes(run.id)) ?? -1;
    return group >= 0 && run.seed !== null ? `${labels[group]}, seed ${run.seed}` : run.id;
  };
  const own = runs.map(run => run.name || run.id);
  const second = runs.map((run, i) => (isAlone(own, i) ? own[i]! : grouped(run)));
  return new Map(runs.map((run, i) => [run.id, isAlone(second, i) ? second[i]! : run.id]));
}

const isAlone = (names: readonly string[], at: number) => names.every((name, i) => i === at || name !== names[at]);

/** "run-seed-1", "run-seed-2" → "run". */
export function stem(names: readonly string[]): string {
  if (names.length === 1) return names[0]!;
  let end = 0;
  while (end < names[0]!.length && names.every(name => name[end] === names[0]![end])) end++;
  const common = names[0]!.slice(0, end);
  return common.length === names[0]!.length ? common : common.replace(/[-_. ]*(seed|s)?[-_. ]*\d*$/i, "");
}
