import { StatusMark } from "../parts/StatusMark";
import type { Detail } from "../source/documents";
import { source } from "../source/store";
import { grouped, moment } from "../text/format";
import { select, selection } from "./selection";

/** What is said of a run above all its views. */
export function RunHead({ run }: { run: Detail }) {
  const marked = selection.value.includes(run.id);
  const facts: [string, string | null][] = [
    ["method", run.objective],
    ["prior", run.prior],
    ["likelihood", run.likelihood],
    ["latents", run.latentDim === null ? null : grouped(run.latentDim)],
    ["data", run.data],
    ["seed", run.seed === null ? null : String(run.seed)],
    ["started", moment(run.started)],
  ];
  return (
    <div class="runhead">
      <div class="pagehead" style={{ marginBottom: 0 }}>
        <h1>{run.name || run.id}</h1>
        <StatusMark status={run.status} />
        <span class="soft">epoch {grouped(run.epoch)}{run.epochs !== null && ` of ${grouped(run.epochs)}`}, step {grouped(run.step)}</span>
        {source.only === undefined && <button type="button" style={{ marginLeft: "auto" }} aria-pressed={marked} onClick={() => select(run.id, !marked)}>{marked ? "Marked for comparison" : "Mark for comparison"}</button>}
      </div>
      {run.reason && <p class={run.status === "failed" ? "reason" : "soft"}>{run.reason}</p>}
      <div class="facts">
        {facts.filter(([, value]) => value !== null && value !== "–").map(([name, value]) => <span key={name}>{name} <b>{value}</b></span>)}
        {run.tags.map(tag => <span key={tag} class="tag">{tag}</span>)}
      </div>
    </div>
  );
}
