export type Cell = number | string | boolean | null | undefined;

/** Numbers before text, text as people sort it ("run 2" before "run 10"), nothing always last whichever the direction. */
export function compareCells(a: Cell, b: Cell, descending: boolean): number {
  const [emptyA, emptyB] = [isEmpty(a), isEmpty(b)];
  if (emptyA || emptyB) return Number(emptyA) - Number(emptyB);
  const order = typeof a === "number" && typeof b === "number" ? a - b
    : typeof a === "number" ? -1
    : typeof b === "number" ? 1
    : collator.compare(String(a), String(b));
  return descending ? -order : order;
}

/** A sorted copy; rows that are equal keep their order. */
export function sortBy<T>(rows: readonly T[], cell: (row: T) => Cell, descending: boolean): T[] {
  return rows.map(row => ({ row, key: cell(row) })).sort((a, b) => compareCells(a.key, b.key, descending)).map(({ row }) => row);
}

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
const isEmpty = (x: Cell): boolean => x === null || x === undefined || x === "" || (typeof x === "number" && !Number.isFinite(x));
