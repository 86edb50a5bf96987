import { expect, it } from "vitest";
import { labelsOf, namesOf, stem } from "../src/compare/labels";
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

it("tells runs of one name apart by what they are, else by their ids", () => {
  const run = (id: string, name: string, seed: number | null) => ({ id, name, seed }) as Summary;
  const runs = [run("1", "demo", 1), run("2", "demo", 2), run("3", "demo", 1), run("4", "demo", 1), run("5", "other", 1), run("6", "demo", null)];
  const group = (label: string, ...ids: string[]) => ({ label, settings: {}, ids, values: {} });
  const comparison: Comparison = { metrics: [], groups: [group("beta 1", "1", "2"), group("beta 4", "3", "4"), group("as it is", "5", "6")], pairs: [] };
  expect([...namesOf(runs, comparison).values()]).toEqual(["beta 1, seed 1", "beta 1, seed 2", "3", "4", "other", "6"]);
  expect([...namesOf(runs, null).values()]).toEqual(["1", "2", "3", "4", "other", "6"]);
});
