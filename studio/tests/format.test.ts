import { describe, expect, it } from "vitest";
import { ago, digitsFor, fixed, grouped, measured, short, span } from "../src/text/format";

describe("measured", () => {
  it.each([
    [-106.646, 0.456, "−106.65 ± 0.46"],
    [0.6894, 0.01314, "0.689 ± 0.013"],
    [12345, 210, "12345 ± 210"],
    [-101.37, null, "−101.37"],
    [null, 0.1, "–"],
    [1.09e15, 4.89e13, "1.09·10¹⁵ ± 4.89·10¹³"],
    [-2.837877, 1e-15, "−2.838"],
  ])("%s ± %s", (value, se, text) => expect(measured(value, se)).toBe(text));
});

describe("numbers", () => {
  it("shows no negative zero", () => expect(fixed(-0.0004, 2)).toBe("0.00"));
  it("goes to powers of ten where it must", () => {
    expect(short(2.5e-7)).toBe("2.50·10⁻⁷");
    expect(short(-78277997126934848)).toBe("−7.83·10¹⁶");
  });
  it("groups thousands", () => expect(grouped(-1234567)).toBe("−1,234,567"));
  it("gives an error two digits", () => expect([digitsFor(0.456), digitsFor(0.013), digitsFor(31)]).toEqual([2, 3, 0]));
});

describe("times", () => {
  it("says how long ago", () => {
    expect(ago("2026-01-01T00:00:00Z", Date.parse("2026-01-01T00:03:10Z"))).toBe("3 min ago");
    expect(ago(null, 0)).toBe("–");
  });
  it("takes the unit that says enough", () => expect([span(40), span(600), span(7200), span(200000)]).toEqual(["40 s", "10 min", "2 h", "2 d"]));
});
