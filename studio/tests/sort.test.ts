import { describe, expect, it } from "vitest";
import { sortBy, type Cell } from "../src/math/sort";

const sorted = (cells: Cell[], descending = false) => sortBy(cells.map((cell, i) => ({ cell, i })), row => row.cell, descending).map(row => row.cell);

describe("sortBy", () => {
  it("sorts numbers in text as numbers", () => expect(sorted(["run 10", "run 2", "Run 1"])).toEqual(["Run 1", "run 2", "run 10"]));

  it("leaves what is missing last in both directions", () => {
    expect(sorted([3, null, 1, NaN, 2])).toEqual([1, 2, 3, null, NaN]);
    expect(sorted([3, null, 1, undefined, 2], true)).toEqual([3, 2, 1, null, undefined]);
  });

  it("keeps the order of equal rows", () => {
    const rows = [{ k: 1, n: "a" }, { k: 0, n: "b" }, { k: 1, n: "c" }];
    expect(sortBy(rows, row => row.k, true).map(row => row.n)).toEqual(["a", "c", "b"]);
  });
});
