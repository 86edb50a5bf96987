/** What a name of the log means: in words for the page, as a formula for who asks. */
export interface Term { words: string; formula: string }

const known: Record<string, [string, string]> = {
  objective: ["Objective", "what training ascends, nats"],
  elbo: ["ELBO", "E_q log p(x|z) − KL(q(z|x) ‖ p(z))"],
  iwae: ["Importance-weighted bound", "E log 1/K Σ_k p(x,z_k)/q(z_k|x)"],
  reconstruction: ["Reconstruction", "E_q log p(x|z)"],
  squaredError: ["Squared error", "‖x − x̂‖²"],
  kl: ["KL divergence", "KL(q(z|x) ‖ p(z))"],
  crossEntropy: ["Cross-entropy with the prior", "−E_q log p(z)"],
  entropyConditional: ["Posterior entropy", "H[q(z|x)]"],
  entropyAggregate: ["Aggregated entropy", "H[q(z)]"],
  entropyAggregateLower: ["Aggregated entropy, lower", "H[q(z)] by the mixture with z's own row"],
  entropyAggregateUpper: ["Aggregated entropy, upper", "H[q(z)] by the mixture without z's own row"],
  mutualInformation: ["Mutual information", "I(x; z)"],
  mutualInformationLower: ["Mutual information, lower", "I(x; z) by InfoNCE with log q as critic; at most log B"],
  mutualInformationUpper: ["Mutual information, upper", "I(x; z), z's own row left out"],
  mutualInformationCeiling: ["Ceiling of the lower bound", "log B"],
  marginalKl: ["Marginal KL", "KL(q(z) ‖ p(z))"],
  marginalKlLower: ["Marginal KL, lower", "KL(q(z) ‖ p(z)) = KL − upper I"],
  marginalKlUpper: ["Marginal KL, upper", "KL(q(z) ‖ p(z)) = KL − lower I"],
  totalCorrelation: ["Total correlation", "TC(z) = KL(q(z) ‖ Π q(z_l))"],
  dimensionwiseKl: ["Dimension-wise KL", "Σ_l KL(q(z_l) ‖ p(z_l))"],
  dimensionKl: ["Dimension-wise KL", "Σ_l KL(q(z_l) ‖ p(z_l))"],
  entropyEncoder: ["Encoder entropy", "H[q(z|x)]"],
  entropyPrior: ["Prior entropy", "H[p(z)]"],
  entropyDecoder: ["Decoder entropy", "H[p(x|z)]"],
  entropySum: ["Three entropies", "F_3E = H[q(z|x)] − H[p(z)] − H[p(x|z)]"],
  entropyGap: ["ELBO − three entropies", "ELBO − F_3E = variance gap + moment gap; 0 at convergence"],
  varianceGap: ["Variance gap", "ELBO − F_3E, the part of the decoder's variance"],
  momentGap: ["Moment gap", "Σ_l ½(1 − E z_l²/α_l²)"],
  secondMoment: ["Second moment", "E z_l²/α_l²"],
  activeLatents: ["Active latents", "latents below 1.0 nat of entropy"],
  entropy: ["Entropy", "H[q(z_l|x)], the prior's scale taken off"],
  mmd: ["Maximum mean discrepancy", "MMD²(q(z), p(z))"],
  discriminator: ["Discriminator", "log-loss of the opponent, nats"],
  adversary: ["Adversary", "what the opponent's judgement adds to the objective"],
  corex: ["CorEx bound", "Σ I(x_i; z) − Σ I(z_j; x)"],
  beta: ["β", "weight of the divergence"],
  codes: ["Code penalty", "½‖z‖²"],
  weights: ["Decoder weight penalty", "‖θ_decoder‖²"],
  latentInformation: ["Information of single latents", "Σ I(z_j; x)"],
  information: ["Information", "I(x; z)"],
  learningRate: ["Learning rate", "step size of the optimiser"],
  examplesPerSecond: ["Examples per second", "training rows per second, data and optimiser included"],
  logLikelihood: ["Log-likelihood", "log p(x) by importance sampling, a lower bound in expectation"],
  bitsPerDim: ["Bits per dimension", "−log₂ p(x) / D"],
  mse: ["Mean squared error", "(x − x̂)² per dimension, at the posterior mean"],
  nll: ["Negative log-likelihood", "−log p(x) by importance sampling"],
};

/** What stands below a heading of its own in metrics.json, where a name alone would mean something else. */
const under: Record<string, [string, string]> = {
  "pairwiseInformation/lower": ["Pairwise information, lower bound", "I(x; z) by pairs of rows, nats"],
  "pairwiseInformation/upper": ["Pairwise information, upper bound", "I(x; z) by pairs of rows, nats"],
  "holes/priorMass": ["Prior mass in holes", "share of p(z) where q(z) has next to nothing"],
  "holes/ownMass": ["Own mass in holes", "share of q(z) in the same places"],
  "gaussianFit/corrected": ["Gaussian-fit KL", "KL of the Gaussian with the mean and covariance of q(z), nats, corrected for the number of draws"],
  "whitenedEntropy/codes": ["Whitened entropy", "shape of q(z) without mean and covariance, nats"],
};

/** What is not in nats; "data²" is the unit of the data, as the model sees them, squared. */
const units: Record<string, string> = {
  squaredError: "data²", mse: "data²", bitsPerDim: "bits", secondMoment: "", activeLatents: "latents", mmd: "", beta: "", codes: "", weights: "", learningRate: "", examplesPerSecond: "rows/s",
  "holes/priorMass": "share", "holes/ownMass": "share",
};

const sides: Record<string, string> = { batch: "batch", train: "training", validation: "validation", anatomy: "anatomy", test: "test" };

/** `validation/kl` → the term `kl`; a name that is not known is shown as it is, its capitals spaced. */
export function term(name: string): Term {
  const parts = name.split("/");
  const key = parts.at(-1)!;
  // Below a heading of its own in metrics.json a name means something else: holes/…, whitenedEntropy/codes.
  const nested = parts.slice(-2).join("/");
  const found = parts.length > 2 && Object.hasOwn(under, nested) ? under[nested] : parts.length <= 2 || parts.at(-2) === "terms" ? (Object.hasOwn(known, key) ? known[key] : undefined) : undefined;
  return found ? { words: found[0], formula: found[1] } : { words: spaced(key), formula: "" };
}

/** The unit of a term, "nats" for most; nothing where there is none, or for a name that is not known. */
export function unit(name: string): string {
  if (term(name).formula === "") return "";
  const parts = name.split("/");
  const nested = parts.slice(-2).join("/");
  return units[parts.length > 2 && Object.hasOwn(under, nested) ? nested : parts.at(-1)!] ?? "nats";
}

/** What stands before the term: "validation", "holes, test", or "anatomy, test" for the terms that the anatomy found; nothing for a bare name. */
export function side(name: string): string {
  const [split, ...middle] = name.split("/").slice(0, -1);
  if (split === undefined) return "";
  if (Object.hasOwn(under, name.split("/").slice(-2).join("/"))) middle.pop();
  // An evaluation writes terms of the same names next to the split itself.
  if (middle[0] === "terms") middle[0] = "anatomy";
  return [...middle.filter(part => part !== "terms").map(part => spaced(part).toLowerCase()), Object.hasOwn(sides, split) ? sides[split]! : split].join(", ");
}

/** "KL divergence, validation" */
export function fullName(name: string): string {
  const where = side(name);
  return where ? `${term(name).words}, ${where}` : term(name).words;
}

const words: Record<string, string> = { kl: "KL", fid: "FID", kid: "KID", mse: "MSE", lr: "Learning rate", ema: "EMA", cpu: "CPU", blas: "BLAS", sha256: "SHA-256", dotNet: ".NET", id: "ID" };

/** `fooBarBaz` → "Foo bar baz" */
export function spaced(key: string): string {
  if (Object.hasOwn(words, key)) return words[key]!;
  const text = key.replace(/([a-z\d])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`).replace(/[_-]+/g, " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
