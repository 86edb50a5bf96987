import { describe, expect, it } from "vitest";
import { meanCurve } from "../src/math/band";
import { meanAndSd, normals } from "../src/math/statistics";

describe("meanAndSd", () => {
  it("divides by n − 1", () => expect(meanAndSd([1, 2, null, 3])).toEqual({ mean: 2, sd: 1, n: 3 }));
  it("has no deviation of one", () => expect(meanAndSd([4])).toEqual({ mean: 4, sd: null, n: 1 }));
});

describe("normals", () => {
  it("are the same for the same seed, and others for another", () => {
    expect(normals(8, 3)).toEqual(normals(8, 3));
    expect(normals(8, 3)).not.toEqual(normals(8, 4));
  });

  it("have mean 0 and variance 1", () => {
    const { mean, sd } = meanAndSd([...normals(20000, 1)]);
    expect(Math.abs(mean!)).toBeLessThan(5 / Math.sqrt(20000));
    expect(Math.abs(sd! - 1)).toBeLessThan(5 / Math.sqrt(40000));
  });
});

describe("meanCurve", () => {
  const curve = (epoch: number[], value: (number | null)[]) => ({ step: epoch, epoch, seconds: epoch, value, error: value });

  it("takes at each epoch what there is", () => {
    const mean = meanCurve([curve([1, 2], [10, 20]), curve([1, 2, 3], [12, null, 30])]);
    expect(mean.epoch).toEqual([1, 2, 3]);
    expect(mean.value).toEqual([11, 20, 30]);
    expect(mean.error![0]).toBeCloseTo(Math.SQRT2, 12);
    expect(mean.error![1]).toBeNull();
  });
});
