import { expect, test } from "vitest";
import { whyUnsought } from "../src/explorer/Holes";

test("holes that could not be looked for are not said to be absent", () => {
  expect(whyUnsought(["latents: the first 16 of 24", "no holes: the latents lie in layers"])).toBe("the latents lie in layers");
  expect(whyUnsought(["no encoder: it cannot be exported"])).toBeUndefined();
});
