import { describe, expect, it } from "vitest";
import { matches } from "../src/runs/filter";
import { metricNames } from "../src/runs/metricNames";
import type { Summary } from "../src/source/documents";

const run = { id: "20260101-a", name: "Baseline", status: "finished", prior: "mog", objective: "elbo", tags: ["paper"], notes: "", metrics: { "validation/kl": { value: 1, se: null } } } as unknown as Summary;

describe("matches", () => {
  it.each([
    ["", true], ["base", true], ["BASE elbo", true], ["base iwae", false], ["prior:mog", true], ["prior:elbo", false], ["tag:paper", true], ["nothing:mog", false],
  ])("%s", (query, found) => expect(matches(run, query, [])).toBe(found));

  it("keeps to the chosen statuses", () => {
    expect(matches(run, "", ["failed"])).toBe(false);
    expect(matches(run, "", ["failed", "finished"])).toBe(true);
  });
});

it("metricNames puts what most runs have first, and leaves the parts of the six ways out", () => {
  const other = { ...run, metrics: { "test/terms/kl": { value: 1, se: 1 }, "test/decompositions/ED-VAE/terms/I(x;z)": { value: 1, se: 1 }, "validation/kl": { value: 1, se: 1 } } };
  expect(metricNames([run, other])).toEqual(["validation/kl", "test/terms/kl"]);
});
