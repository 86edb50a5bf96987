import { expect, test } from "vitest";
import { latentBasis, project } from "../src/explorer/basis";

test("two coordinates of every row are x and y in turn", () => {
  expect([...project(Float32Array.of(1, 2, 3, 4, 5, 6), 3, latentBasis(3), 2, 0)]).toEqual([3, 1, 6, 4]);
});

test("rows of a single latent are spread apart across it, and keep their value", () => {
  const points = project(Float32Array.from({ length: 100 }, () => 3), 1, latentBasis(1), 0, 0);
  const apart = points.filter((_, i) => i % 2 === 1).sort();
  expect(points.filter((_, i) => i % 2 === 0).every(x => x === 3)).toBe(true);
  expect(apart[0]).toBeGreaterThanOrEqual(-1);
  expect(apart.at(-1)).toBeLessThan(1);
  expect(Math.max(...[...apart].slice(1).map((y, i) => y - apart[i]!))).toBeLessThan(0.05);
});
