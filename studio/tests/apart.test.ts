import { expect, test } from "vitest";
import { apart } from "../src/compare/apart";

const same = (value: number) => value;

test("labels that would cover each other are left out, the ends never", () => {
  expect(apart([1, 0, 0.02, 0.5, 0.53, 0.99], same)).toEqual([0, 0.5, 1]);
  expect(apart([0, 0.01], value => value * 100)).toEqual([0, 0.01]);
});

test("few values stay as they are", () => {
  expect(apart([], same)).toEqual([]);
  expect(apart([0.3], same)).toEqual([0.3]);
});
