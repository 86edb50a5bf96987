import { useComputed, useSignal } from "@preact/signals";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Menu } from "../parts/Menu";
import { px } from "../parts/px";
import { SaveMenu } from "../parts/SaveMenu";
import { Toggle } from "../parts/Toggle";
import { sortBy } from "../math/sort";
import { go } from "../router";
import { select, selection } from "../run/selection";
import { setting } from "../settings";
import type { Status, Summary } from "../source/documents";
import { source } from "../source/store";
import { count } from "../text/format";
import { beneath, fixedColumns, metricColumn, narrowColumns, settingColumns, type RunColumn } from "./columns";
import { matches } from "./filter";
import { metricNames } from "./metricNames";
import { useNarrow } from "./narrow";

const [wideRow, narrowRow] = [44, 66];
const spare = 8;
const shown = setting<string[]>("columns", ["objective", "prior", "latentDim", "updated"]);
const order = setting("runs-order", { key: "started", descending: true });
// Where there is one run there is nothing to mark it for.
const marks = source.only === undefined;
const statuses: Status[] = ["running", "finished", "interrupted", "failed", "killed"];

/** All runs. Only the rows in sight are in the page, so that five hundred cost what twenty do. */
export function RunsTable({ runs }: { runs: readonly Summary[] }) {
  const query = useSignal("");
  const only = useSignal<Status[]>([]);
  const narrow = useNarrow();
  const metrics = useMemo(() => metricNames(runs), [runs]);
  const chosen = useComputed(() => new Set(shown.value));
  const optional = useMemo(() => [...settingColumns, ...metrics.map(metricColumn)], [metrics]);
  const columns = narrow ? narrowColumns() : [...fixedColumns, ...optional.filter(column => chosen.value.has(column.key))];
  const by = [...fixedColumns, ...optional].find(column => column.key === order.value.key);
  const rows = useMemo(
    () => sortBy(runs.filter(run => matches(run, query.value, only.value)), by ? by.cell : run => run.started, order.value.descending),
    [runs, query.value, only.value, order.value, by]);
  const table = () => ({ columns: ["id", ...columns.map(column => column.title)], rows: rows.map(run => [run.id, ...columns.map(column => column.cell(run))]) });
  const present = statuses.filter(status => runs.some(run => run.status === status));
  const marked = selection.value.filter(id => runs.some(run => run.id === id));
  return (
    <>
      <div class="bar">
        <input type="search" placeholder="Search, or prior:mog, tag:baseline …" aria-label="Search runs" value={query.value} onInput={event => (query.value = event.currentTarget.value)} />
        {present.length > 1 && (
          <div class="chips" role="group" aria-label="Status">
            {present.map(status => {
              const on = only.value.includes(status);
              return <button key={status} type="button" class="chip" aria-pressed={on} onClick={() => (only.value = on ? only.value.filter(s => s !== status) : [...only.value, status])}>{status} {runs.filter(run => run.status === status).length}</button>;
            })}
          </div>
        )}
        <span class="soft" role="status">{rows.length < runs.length ? `${count(rows.length, "run")} found` : ""}</span>
        <span class="bar push" style={{ marginBottom: 0 }}>
          {marks && <button type="button" class="primary" disabled={marked.length === 0} onClick={() => go(["compare"], { ids: marked.join(",") })}>Compare{marked.length > 0 ? ` ${marked.length}` : ""}</button>}
          {marked.length > 0 && <button type="button" onClick={() => (selection.value = [])}>Clear</button>}
          {!narrow && <Menu title="Choose columns" label={<span class="menu-button">Columns</span>}>
            {optional.map(column => <Toggle key={column.key} title={column.hint} on={chosen.value.has(column.key)} onChange={on => (shown.value = on ? [...shown.value, column.key] : shown.value.filter(key => key !== column.key))}>{column.title}</Toggle>)}
          </Menu>}
          <SaveMenu name="runs" table={table} />
        </span>
      </div>
      {rows.length === 0 ? <p class="empty">Nothing matches. Search for less, or take a status away.</p> : <Grid rows={rows} columns={columns} narrow={narrow} />}
    </>
  );
}

function Grid({ rows, columns, narrow }: { rows: Summary[]; columns: RunColumn[]; narrow: boolean }) {
  const rowHeight = narrow ? narrowRow : wideRow;
  const ref = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  const [current, setCurrent] = useState(0);
  const measure = () => {
    const box = ref.current!;
    // On a phone the page scrolls, not the table.
    const inner = getComputedStyle(box).maxHeight !== "none";
    setView(inner ? { top: box.scrollTop, height: box.clientHeight } : { top: Math.max(0, -box.getBoundingClientRect().top), height: innerHeight });
  };
  useLayoutEffect(() => {
    measure();
    addEventListener("resize", measure);
    addEventListener("scroll", measure, { passive: true });
    return () => {
      removeEventListener("resize", measure);
      removeEventListener("scroll", measure);
    };
  }, []);
  const at = Math.min(current, rows.length - 1);
  const move = (to: number) => {
    const next = Math.min(rows.length - 1, Math.max(0, to));
    setCurrent(next);
    const box = ref.current!;
    if (getComputedStyle(box).maxHeight === "none") {
      const at = box.getBoundingClientRect().top + (next + 1) * rowHeight;
      if (at < wideRow || at > innerHeight - rowHeight) scrollBy(0, at - innerHeight / 2);
      return;
    }
    const [top, bottom] = [next * rowHeight, (next + 2) * rowHeight];
    if (top < box.scrollTop) box.scrollTop = top;
    else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
  };
  const press = (event: KeyboardEvent) => {
    if (event.target !== ref.current) return;
    const page = Math.max(1, Math.floor(ref.current!.clientHeight / rowHeight) - 2);
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: rows.length - 1 };
    const run = rows[at]!;
    if (event.key in steps) move(steps[event.key]!);
    else if (event.key === "Enter") go(["run", run.id]);
    else if (event.key === " " && marks) select(run.id, !selection.value.includes(run.id));
    else return;
    event.preventDefault();
  };
  const first = Math.max(0, Math.floor(view.top / rowHeight) - spare);
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / rowHeight) + spare);
  const template = `${marks ? "2.4rem " : ""}${columns.map(({ width, grow }) => (grow > 0 ? `minmax(${width}rem, ${grow}fr)` : `${width}rem`)).join(" ")}`;
  const least = (marks ? 2.4 : 0) + columns.reduce((sum, { width }) => sum + width, 0);
  const everyOn = marks && rows.length > 0 && rows.every(run => selection.value.includes(run.id));
  return (
    <div class="runs" ref={ref} role="grid" aria-label={`Runs: arrow keys move, Enter opens${marks ? ", Space marks" : ""}`} aria-rowcount={rows.length + 1} aria-multiselectable={marks} aria-activedescendant={`row-${at}`} tabIndex={0} onScroll={measure} onKeyDown={press} style={{ "--columns": template, "--least": `${least}rem`, "--row": px(rowHeight) }}>
      <div class="runs-row runs-head" role="row" aria-rowindex={1}>
        {marks && <span class="runs-check" role="columnheader"><input type="checkbox" aria-label="Mark all that are shown" checked={everyOn} onChange={event => (selection.value = event.currentTarget.checked ? rows.map(run => run.id) : [])} /></span>}
        {columns.map(column => <Head key={column.key} column={column} />)}
      </div>
      <div class="runs-body" role="rowgroup" style={{ height: px(rows.length * rowHeight) }}>
        {rows.slice(first, last).map((run, i) => <Row key={run.id} run={run} index={first + i} current={first + i === at} columns={columns} narrow={narrow} height={rowHeight} onPoint={() => setCurrent(first + i)} />)}
      </div>
    </div>
  );
}

function Head({ column }: { column: RunColumn }) {
  const on = order.value.key === column.key;
  const turn = () => (order.value = on ? { key: column.key, descending: !order.value.descending } : { key: column.key, descending: column.number ?? false });
  return (
    <span role="columnheader" class={column.number ? "number" : undefined} title={column.hint} aria-sort={on ? (order.value.descending ? "descending" : "ascending") : undefined}>
      <button type="button" class="sortable" onClick={turn}>{column.title}{on && <span class="arrow" aria-hidden="true">{order.value.descending ? "↓" : "↑"}</span>}</button>
    </span>
  );
}

function Row({ run, index, current, columns, narrow, height, onPoint }: { run: Summary; index: number; current: boolean; columns: RunColumn[]; narrow: boolean; height: number; onPoint: () => void }) {
  const on = selection.value.includes(run.id);
  return (
    <div id={`row-${index}`} class={current ? "runs-row current" : "runs-row"} role="row" aria-rowindex={index + 2} aria-selected={marks ? on : undefined} style={{ top: px(index * height) }} onPointerDown={onPoint}>
      {marks && <span class="runs-check" role="gridcell"><input type="checkbox" tabIndex={-1} aria-label={`Mark ${run.name || run.id}`} checked={on} onChange={event => select(run.id, event.currentTarget.checked)} /></span>}
      {columns.map(column => <span key={column.key} role="gridcell" class={column.number ? "number" : column.key === "sparkline" ? "runs-spark" : undefined}>{column.show(run)}</span>)}
      {narrow && <span role="gridcell" class="runs-name runs-beneath">{beneath(run)}</span>}
    </div>
  );
}
