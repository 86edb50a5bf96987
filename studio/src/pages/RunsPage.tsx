import { Empty } from "../parts/Empty";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import type { RunsDocument } from "../source/documents";
import { useDocument } from "../source/store";
import { count } from "../text/format";
import { RunsTable } from "../runs/RunsTable";

export function RunsPage() {
  const { value, problem } = useDocument<RunsDocument>("/api/runs");
  if (!value) return problem ? <Problem problem={problem} /> : <Loading what="the runs" />;
  const running = value.runs.filter(run => run.status === "running").length;
  return (
    <>
      <div class="pagehead">
        <h1>Runs</h1>
        <p class="soft">{count(value.runs.length, "run")}{running > 0 && `, ${running} running`} in {value.root || "this report"}</p>
      </div>
      {value.runs.length === 0
        ? <Empty title="No runs yet" how={<>Train one, and it appears here by itself: <code>elbow demo</code>, or <code>elbow train CONFIG --out {value.root}</code></>} />
        : <RunsTable runs={value.runs} />}
      {value.skipped.length > 0 && (
        <details class="section">
          <summary class="soft">{count(value.skipped.length, "folder")} skipped</summary>
          <ul class="warnings">{value.skipped.map(item => <li key={item.path}>{!item.reason.includes(item.path) && <span>{item.path}</span>}<span>{item.reason}</span></li>)}</ul>
        </details>
      )}
    </>
  );
}
