import { describe, expect, it } from "vitest";
import { bulk, extent, quantile } from "../src/math/extent";

describe("extent", () => {
  it("passes over what is no number", () => expect(extent([null, 3, NaN, -1, Infinity])).toEqual([-1, 3]));
  it("is nothing of nothing", () => expect(extent([null])).toBeNull());
});

describe("bulk", () => {
  it("is the whole range of even values", () => expect(bulk([1, 2, 3, 4])).toEqual([1, 4]));

  it("cuts off the first epochs of a run, and nothing at the other end", () => {
    const values = [-5000, ...Array.from({ length: 99 }, (_, i) => -120 + 0.2 * i)];
    const [low, high] = bulk(values)!;
    expect(low).toBeGreaterThan(-130);
    expect(high).toBeCloseTo(-120 + 0.2 * 98, 9);
  });
});

it("quantile lies between its neighbours", () => expect([quantile([0, 10], 0.25), quantile([5], 0.9)]).toEqual([2.5, 5]));
