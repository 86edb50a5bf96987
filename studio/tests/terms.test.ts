import { describe, expect, it } from "vitest";
import { fullName, spaced, term, unit } from "../src/text/terms";

describe("terms", () => {
  it.each([
    ["validation/kl", "KL divergence, validation"], ["elbo", "ELBO"], ["test/kl", "KL divergence, test"], ["test/terms/kl", "KL divergence, anatomy, test"],
    ["test/holes/priorMass", "Prior mass in holes, test"], ["test/holes/kl", "KL, holes, test"], ["test/mse", "Mean squared error, test"], ["constructor", "Constructor"],
  ])("%s", (name, words) => expect(fullName(name)).toBe(words));

  it("shows a formula only where the name means it", () => expect(term("test/somewhere/codes").formula).toBe(""));
  it.each([["validation/kl", "nats"], ["test/mse", "data²"], ["bitsPerDim", "bits"], ["test/holes/priorMass", "share"], ["test/whitenedEntropy/codes", "nats"], ["train/codes", ""], ["train/beta", ""], ["test/samples/fid", ""]])("%s is in %s", (name, words) => expect(unit(name)).toBe(words));
  it.each([["logVarLimit_max", "Log var limit max"], ["dotNet", ".NET"], ["constructor", "Constructor"]])("spaces capitals of %s", (key, words) => expect(spaced(key)).toBe(words));
});
