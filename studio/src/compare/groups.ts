import { seriesColour } from "../charts/palette";
import type { Comparison, Summary } from "../source/documents";

export interface Member { run: Summary; colour: string; group: number }

/** Runs with the colour of their group: seeds of one configuration look alike. */
export function members(runs: readonly Summary[], comparison: Comparison | null): Member[] {
  return runs.map((run, i) => {
    const found = comparison?.groups.findIndex(group => group.ids.includes(run.id)) ?? -1;
    const group = found >= 0 ? found : i;
    return { run, group, colour: seriesColour(group) };
  });
}
