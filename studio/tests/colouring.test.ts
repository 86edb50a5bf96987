import { describe, expect, it } from "vitest";
import { colouring, rampSteps } from "../src/explorer/colouring";

describe("colouring", () => {
  it("gives each label its colour, in the order of numbers", () => {
    const { of, labels } = colouring({ name: "class", values: ["10", "2", null, "2"] }, 4);
    expect(labels).toEqual(["2", "10"]);
    expect([...of]).toEqual([1, 0, -1, 0]);
  });

  it("makes a ramp of many numbers, its ends beyond the quantiles", () => {
    const values = Array.from({ length: 101 }, (_, i) => i / 7);
    const { of, ramp } = colouring({ name: "elbo", values }, 101);
    expect(ramp![0]).toBeLessThan(ramp![1]);
    expect([of[0], of[100]]).toEqual([0, rampSteps - 1]);
    expect(of[50]).toBeCloseTo((rampSteps - 1) / 2, -0.5);
  });
});
