import { expect, test } from "vitest";
import { latentMeaning } from "../src/run/latentMeaning";

test("a picture of the latent space is said to be what it is", () => {
  expect(latentMeaning("latent/map.png")).toBe("where the encoder puts the data");
  expect(latentMeaning("latent/plane.png")).toContain("decodes to");
  expect(latentMeaning("latent/other.png")).toBeUndefined();
});
