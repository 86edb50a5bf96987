import { seriesColour } from "../charts/palette";
import type { Comparison, Summary } from "../source/documents";
import { namesOf } from "./labels";

export interface Member { run: Summary; name: string; colour: string; group: number }

/** Runs with the colour of their group: seeds of one configuration look alike. */
export function members(runs: readonly Summary[], comparison: Comparison | null): Member[] {
  const names = namesOf(runs, comparison);
  return runs.map((run, i) => {
    const found = comparison?.groups.findIndex(group => group.ids.includes(run.id)) ?? -1;
    const group = found >= 0 ? found : i;
    return { run, name: names.get(run.id)!, group, colour: seriesColour(group) };
  });
}
