import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { sortBy, type Cell } from "../math/sort";
import { SaveMenu } from "./SaveMenu";

export interface Column<T> { title: string; hint?: string; cell: (row: T) => Cell; show?: (row: T) => ComponentChildren; number?: boolean }

interface Props<T> { name: string; columns: Column<T>[]; rows: readonly T[]; heading?: ComponentChildren; caption?: ComponentChildren; rowKey: (row: T, i: number) => string; narrow?: boolean }

/** A table that sorts by any column and can be taken away as CSV or JSON. */
export function DataTable<T>({ name, columns, rows, heading, caption, rowKey, narrow = false }: Props<T>) {
  const [order, setOrder] = useState<{ column: number; descending: boolean } | null>(null);
  const by = order ? columns[order.column] : undefined;
  const sorted = by ? sortBy(rows, by.cell, order!.descending) : rows;
  const turn = (column: number) => setOrder(old => (old?.column !== column ? { column, descending: false } : old.descending ? null : { column, descending: true }));
  const table = () => ({ columns: columns.map(column => column.title), rows: sorted.map(row => columns.map(column => column.cell(row))) });
  return (
    <section class={narrow ? "narrow" : undefined}>
      <div class="tablehead"><h3>{heading ?? name}</h3><SaveMenu name={name} table={table} /></div>
      <div class="sheetwrap">
        <table class="data">
          <caption class="unseen">{name}</caption>
          <thead>
            <tr>
              {columns.map((column, i) => {
                const on = order?.column === i;
                return (
                  <th key={column.title} scope="col" class={column.number ? "number" : undefined} title={column.hint} aria-sort={on ? (order!.descending ? "descending" : "ascending") : undefined}>
                    <button type="button" class="sortable" onClick={() => turn(i)}>{column.title}{on && <span class="arrow" aria-hidden="true">{order!.descending ? "↓" : "↑"}</span>}</button>
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {sorted.map((row, r) => (
              <tr key={rowKey(row, r)}>
                {columns.map((column, i) => {
                  const content = column.show ? column.show(row) : String(column.cell(row) ?? "");
                  return i === 0 ? <th key={column.title} scope="row">{content}</th> : <td key={column.title} class={column.number ? "number" : undefined}>{content}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {caption && <p class="caption">{caption}</p>}
    </section>
  );
}
