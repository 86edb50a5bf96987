import type { Cell } from "../math/sort";

/** A table to take away: the names of its columns and its rows. */
export interface Table { columns: string[]; rows: Cell[][] }

/** RFC 4180: a cell with a comma, a quote or a line break is quoted. A text that a spreadsheet would take for a formula gets an apostrophe before it. */
export function toCsv({ columns, rows }: Table): string {
  return [columns, ...rows].map(row => row.map(quote).join(",")).join("\r\n") + "\r\n";
}

/** A list of objects, one for each row. */
export function toJson({ columns, rows }: Table): string {
  return JSON.stringify(rows.map(row => Object.fromEntries(columns.map((name, i) => [name, row[i] ?? null]))), null, 2) + "\n";
}

function quote(cell: Cell): string {
  if (cell === null || cell === undefined || (typeof cell === "number" && !Number.isFinite(cell))) return "";
  const text = typeof cell === "string" && /^[=+\-@\t\r]/.test(cell) && !/^[+-]?[\d.]/.test(cell) ? `'${cell}` : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
