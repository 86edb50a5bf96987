import { describe, expect, it } from "vitest";
import { fullName, spaced, term, unit } from "../src/text/terms";

describe("terms", () => {
  it.each([
    ["validation/kl", "KL divergence, validation"], ["elbo", "ELBO"], ["test/terms/mutualInformation", "Mutual information, test"],
    ["test/holes/priorMass", "Prior mass in holes, test"], ["test/holes/kl", "Kl, holes, test"], ["test/mse", "Mean squared error, test"], ["constructor", "Constructor"],
  ])("%s", (name, words) => expect(fullName(name)).toBe(words));

  it("shows a formula only where the name means it", () => expect(term("test/somewhere/codes").formula).toBe(""));
  it.each([["validation/kl", "nats"], ["test/mse", "data²"], ["bitsPerDim", "bits"], ["test/holes/priorMass", "share"], ["train/beta", ""], ["test/samples/fid", ""]])("%s is in %s", (name, words) => expect(unit(name)).toBe(words));
  it("spaces capitals", () => expect(spaced("logVarLimit_max")).toBe("Log var limit max"));
});
