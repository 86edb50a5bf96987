import type { ComponentChildren } from "preact";
import { Measure } from "../parts/Measure";
import { Sparkline } from "../parts/Sparkline";
import { StatusMark } from "../parts/StatusMark";
import type { Cell } from "../math/sort";
import { routeTo } from "../router";
import type { Summary } from "../source/documents";
import { ago, grouped, moment } from "../text/format";
import { fullName, term } from "../text/terms";

export interface RunColumn {
  key: string;
  title: string;
  hint?: string;
  /** At least so many rem, and so large a share of what is left over. */
  width: number;
  grow: number;
  number?: boolean;
  cell: (run: Summary) => Cell;
  show: (run: Summary) => ComponentChildren;
}

const text = (key: string, title: string, width: number, grow: number, of: (run: Summary) => Cell, number = false): RunColumn => ({
  key, title, width, grow, number, cell: of, show: run => { const value = of(run); return typeof value === "number" ? grouped(value) : value ?? "–"; },
});

const latest = (run: Summary) => run.metrics["validation/objective"] ?? run.metrics["train/objective"];

/** Under the name, on a phone under the whole row: why the run failed or stopped, else its tags, else when it began. */
export function beneath(run: Summary) {
  const tags = run.tags.join(" · ");
  if (!run.reason) return <small>{tags || (run.started ? moment(run.started) : "nothing logged yet")}</small>;
  const line = [run.reason, tags].filter(Boolean).join(" · ");
  return <small class={run.status === "failed" ? "why" : undefined} title={line}>{line}</small>;
}

/** What every run has. */
export const fixedColumns: RunColumn[] = [
  { key: "name", title: "Run", width: 11, grow: 2, cell: run => run.name || run.id, show: run => <span class="runs-name"><a href={routeTo(["run", run.id])} tabIndex={-1} title={run.id}>{run.name || run.id}</a>{beneath(run)}</span> },
  { key: "status", title: "Status", width: 7.2, grow: .8, cell: run => run.status, show: run => <StatusMark status={run.status} reason={run.reason} /> },
  { key: "sparkline", title: "Objective", width: 7.5, grow: 0, cell: run => run.sparkline.at(-1), show: run => <Sparkline values={run.sparkline} /> },
  { key: "latest", title: "Latest", hint: "the objective of the last epoch: of the validation data, or where there are none of the training data", width: 8.2, grow: .6, number: true, cell: run => latest(run)?.value, show: run => <Measure value={latest(run)?.value} se={latest(run)?.se} /> },
  { key: "epoch", title: "Epoch", width: 7, grow: .6, number: true, cell: run => run.epoch, show: run => <>{grouped(run.epoch)}{run.epochs !== null && <span class="pm"> / {grouped(run.epochs)}</span>}</> },
];

/** What fits on a phone: the name with how the run stands, the course, and one number. */
export function narrowColumns(): RunColumn[] {
  const [name, , spark, value] = fixedColumns as [RunColumn, RunColumn, RunColumn, RunColumn];
  return [
    { ...name, width: 8.2, show: run => <span class="runs-name"><a href={routeTo(["run", run.id])} tabIndex={-1}>{run.name || run.id}</a><small><StatusMark status={run.status} /></small></span> },
    { ...spark, title: "Course" },
    { ...value, width: 5.4, show: run => <Measure value={latest(run)?.value} /> },
  ];
}

/** What the reader may add. */
export const settingColumns: RunColumn[] = [
  text("objective", "Method", 8, .8, run => run.objective),
  text("prior", "Prior", 8.7, .9, run => run.prior),
  text("likelihood", "Likelihood", 6.5, .8, run => run.likelihood),
  text("posterior", "Posterior", 7, .8, run => run.posterior),
  text("encoder", "Encoder", 6, .8, run => run.encoder),
  text("decoder", "Decoder", 6, .8, run => run.decoder),
  text("latentDim", "Latents", 5, 0, run => run.latentDim, true),
  text("data", "Data", 6, .9, run => run.data),
  text("seed", "Seed", 4.2, 0, run => run.seed, true),
  text("step", "Steps", 5.5, 0, run => run.step, true),
  { key: "updated", title: "Last event", width: 6.5, grow: 0, number: true, cell: run => (run.updated ? Date.parse(run.updated) : null), show: run => <span title={moment(run.updated)}>{ago(run.updated, Date.now())}</span> },
  text("notes", "Notes", 8, 1, run => run.notes),
];

/** A number of the run, with its error. */
export function metricColumn(name: string): RunColumn {
  return {
    key: `metric:${name}`,
    title: fullName(name),
    hint: `${term(name).formula} (${name})`,
    width: 9.2, grow: .9,
    number: true,
    cell: run => run.metrics[name]?.value,
    show: run => <Measure value={run.metrics[name]?.value} se={run.metrics[name]?.se} />,
  };
}
