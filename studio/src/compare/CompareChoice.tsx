import { Menu } from "../parts/Menu";
import { Toggle } from "../parts/Toggle";
import { amend } from "../router";
import { selection } from "../run/selection";
import type { Summary } from "../source/documents";
import { namesOf } from "./labels";
import { useComparison } from "./useComparison";

/** Which runs are compared: taken away one by one, or chosen from all. */
export function CompareChoice({ all, ids }: { all: readonly Summary[]; ids: string[] }) {
  const set = (next: string[]) => {
    selection.value = next;
    amend({ ids: next.length > 0 ? next.join(",") : null });
  };
  const { value } = useComparison(ids);
  const names = new Map([...namesOf(all, null), ...namesOf(all.filter(run => ids.includes(run.id)), value)]);
  return (
    <div class="bar">
      {ids.length > 0 && <div class="chips">
        {ids.map(id => <button key={id} type="button" class="chip" title={`${id}: take away`} aria-label={`Take ${names.get(id)} away`} onClick={() => set(ids.filter(other => other !== id))}>{names.get(id)} ×</button>)}
      </div>}
      <Menu title="Choose runs" label={<span class="menu-button">Choose runs</span>}>
        {all.map(run => <Toggle key={run.id} title={run.id} on={ids.includes(run.id)} onChange={on => set(on ? [...ids, run.id] : ids.filter(id => id !== run.id))}>{names.get(run.id)}</Toggle>)}
      </Menu>
    </div>
  );
}
