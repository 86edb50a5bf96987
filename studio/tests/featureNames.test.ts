import { expect, test } from "vitest";
import { featureName } from "../src/explorer/featureNames";

test("numbers are called as the data call them, else by their place", () => {
  expect(featureName(["petal length", "petal width"], 1)).toBe("petal width");
  expect(featureName(null, 1)).toBe("x1");
  expect(featureName(["petal length"], 4)).toBe("x4");
});
