import { describe, expect, it } from "vitest";
import { anatomiesOf } from "../src/run/anatomies";

describe("anatomiesOf", () => {
  it("passes over what is no anatomy", () => {
    for (const odd of [null, 7, "x", {}, [null, 3, { kind: "anatomy" }, { kind: "anatomy", values: null }, { kind: "evaluation", values: {} }]]) expect(anatomiesOf(odd)).toEqual([]);
  });

  it("reads damaged ones as far as they go, the newest first", () => {
    const [newest, oldest] = anatomiesOf([
      { kind: "anatomy", split: "test", checkpoint: "best", timestamp: "1", values: { n: 5, terms: { kl: { value: 2, se: 1 }, tc: null }, decompositions: [{ name: "a" }, { name: "b", terms: [] }] } },
      { kind: "anatomy", split: "train", values: { perLatent: [{ index: 0 }], warnings: "no list" } },
    ]);
    expect(newest!.split).toBe("train");
    expect(newest!.perLatent).toEqual([]);
    expect(Object.keys(oldest!.terms)).toEqual(["kl"]);
    expect(oldest!.decompositions.map(way => way.name)).toEqual(["b"]);
  });
});
