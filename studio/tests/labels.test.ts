import { expect, it } from "vitest";
import { labelsOf, stem } from "../src/compare/labels";
import type { Comparison, Summary } from "../src/source/documents";

it.each([
  [["run-seed-1", "run-seed-2"], "run"], [["mixture-10", "mixture-11"], "mixture"], [["beta-4"], "beta-4"], [["demo", "demo"], "demo"], [["a", "b"], ""],
])("%j has the stem %s", (names, label) => expect(stem(names)).toBe(label));

it("goes by the settings where names say nothing or the same", () => {
  const runs = ["x-1", "x-2", "x-3", "x-4", "a", "b"].map(name => ({ id: name, name }) as Summary);
  const group = (label: string, ...ids: string[]) => ({ label, settings: {}, ids, values: {} });
  const comparison: Comparison = { metrics: [], groups: [group("prior mog", "x-1", "x-2"), group("prior vamp", "x-3", "x-4"), group("beta 4", "a", "b")], pairs: [] };
  expect(labelsOf(comparison, runs)).toEqual(["prior mog", "prior vamp", "beta 4"]);
});
