import { expect, it } from "vitest";
import { narrow } from "../src/source/narrow";

const whole = {
  metrics: ["kl"],
  groups: [
    { label: "A", settings: {}, ids: ["a1", "a2", "a3"], values: { kl: { mean: 2, sd: 1, n: 3, values: [1, 2, 3] } } },
    { label: "B", settings: {}, ids: ["b1"], values: { kl: { mean: 5, sd: null, n: 1, values: [5] } } },
    { label: "C", settings: {}, ids: ["c1"], values: { kl: { mean: 9, sd: null, n: 1, values: [9] } } },
  ],
  pairs: [{ a: "A", b: "B", metric: "kl", difference: -3, se: 1, n: 1 }, { a: "B", b: "C", metric: "kl", difference: -4, se: null, n: 1 }],
};

it("says anew what can be said of fewer runs, and drops pairs that lost one", () => {
  const some = narrow(whole, ["a1", "a3", "b1"]);
  expect(some.groups.map(group => group.label)).toEqual(["A", "B"]);
  expect(some.groups[0]!.values["kl"]).toEqual({ mean: 2, sd: Math.SQRT2, n: 2, values: [1, 3] });
  expect(some.pairs).toEqual([]);
  expect(narrow(whole, ["b1", "c1"]).pairs).toHaveLength(1);
});
