import { describe, expect, it } from "vitest";
import { smooth } from "../src/math/smooth";

describe("smooth", () => {
  it("leaves values alone without weight", () => expect(smooth([3, null, 5], 0)).toEqual([3, null, 5]));

  it("keeps a constant, from the first value on", () => {
    for (const value of smooth([7, 7, 7, 7], 0.95)) expect(value).toBeCloseTo(7, 12);
  });

  it("weighs the past as its equation says", () => {
    const [, second, third] = smooth([1, 2, 4], 0.5);
    expect(second).toBeCloseTo((0.5 * 1 + 2) / 1.5, 12);
    expect(third).toBeCloseTo((0.25 * 1 + 0.5 * 2 + 4) / 1.75, 12);
  });

  it("passes over what is missing without counting it", () => {
    expect(smooth([1, null, 2], 0.5)[1]).toBeNull();
    expect(smooth([1, null, 2], 0.5)[2]).toBeCloseTo((0.5 + 2) / 1.5, 12);
  });
});
