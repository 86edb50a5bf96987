import { Empty } from "../parts/Empty";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import { CompareChoice } from "../compare/CompareChoice";
import { CompareView } from "../compare/CompareView";
import { route } from "../router";
import type { RunsDocument } from "../source/documents";
import { useDocument } from "../source/store";
import { count } from "../text/format";

export function ComparePage() {
  const { value, problem } = useDocument<RunsDocument>("/api/runs");
  const ids = (route.value.query.get("ids") ?? "").split(",").filter(id => id.length > 0);
  if (!value) return problem ? <Problem problem={problem} /> : <Loading what="the runs" />;
  const known = new Map(value.runs.map(run => [run.id, run]));
  const runs = ids.flatMap(id => known.get(id) ?? []);
  const lost = ids.filter(id => !known.has(id));
  return (
    <>
      <div class="pagehead"><h1>Compare</h1>{runs.length > 0 && <p class="soft">{count(runs.length, "run")}</p>}</div>
      <CompareChoice all={value.runs} ids={runs.map(run => run.id)} />
      {lost.length > 0 && <p class="caption">No longer there: {lost.join(", ")}</p>}
      {runs.length === 0 ? <Empty title="Nothing to compare yet" how="Choose runs above, or mark them in the table of runs." /> : <CompareView runs={runs} />}
    </>
  );
}
