import { describe, expect, it } from "vitest";
import { project, latentBasis, principalBasis } from "../src/explorer/basis";
import { fromPrincipal, toPrincipal } from "../src/math/principal";

const h = Math.SQRT1_2;
const principal = { centre: [1, -2, 0.5], axes: [[h, h, 0], [0, 0, 1], [h, -h, 0]], variances: [4, 1, 0.25] };

describe("principal axes", () => {
  it("come back to where they began", () => {
    const z = [0.3, -1.7, 2.2];
    fromPrincipal(toPrincipal(z, principal), principal).forEach((value, l) => expect(value).toBeCloseTo(z[l]!, 12));
  });

  it("have their origin at the centre", () => expect(fromPrincipal([0, 0, 0], principal)).toEqual(principal.centre));

  it("move along one axis alone", () => {
    const z = fromPrincipal([2, 0, 0], principal);
    expect(z[0]).toBeCloseTo(1 + 2 * h, 12);
    expect(z[1]).toBeCloseTo(-2 + 2 * h, 12);
    expect(z[2]).toBe(0.5);
  });

  it("project rows as they map single points", () => {
    const basis = principalBasis(principal);
    const rows = Float32Array.of(0.3, -1.7, 2.2, -1, 0, 4);
    const points = project(rows, 3, basis, 0, 2);
    const second = toPrincipal(rows.subarray(3), principal);
    expect(points[2]).toBeCloseTo(second[0]!, 5);
    expect(points[3]).toBeCloseTo(second[2]!, 5);
    expect([...project(rows, 3, latentBasis(3), 2, 0)]).toEqual([Math.fround(2.2), Math.fround(0.3), 4, -1]);
  });
});
