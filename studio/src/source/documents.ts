// The server's answers as docs/studio.md writes them down. A number that is not finite arrives as null.

export type Maybe = number | null;
export type Status = "running" | "finished" | "interrupted" | "failed" | "killed";

export interface Measured { value: Maybe; se: Maybe }

export interface Summary {
  id: string;
  name: string;
  status: Status;
  reason: string | null;
  started: string | null;
  updated: string | null;
  epoch: Maybe;
  epochs: Maybe;
  step: Maybe;
  objective: string | null;
  prior: string | null;
  likelihood: string | null;
  encoder: string | null;
  decoder: string | null;
  posterior: string | null;
  latentDim: Maybe;
  data: string | null;
  seed: Maybe;
  metrics: Record<string, Measured>;
  sparkline: Maybe[];
  tags: string[];
  notes: string;
}

export interface RunsDocument { root: string; runs: Summary[]; skipped: { path: string; reason: string }[] }

export type PictureKind = "samples" | "recon" | "latent";
export interface Picture { kind: PictureKind; path: string; epoch: Maybe; step: Maybe }

/** A Summary and the rest; its `metrics` is the file metrics.json, what a Summary calls so is `latest`. */
export interface Detail extends Omit<Summary, "metrics"> {
  latest?: Record<string, Measured>;
  config: unknown;
  environment: unknown;
  metrics: unknown;
  warnings: { epoch: Maybe; message: string }[];
  checkpoints: { name: string; step: Maybe }[];
  pictures: Picture[];
  curves: string[];
  explorer: boolean;
  command: string;
  skippedLines: number;
}

export interface Curve { step: Maybe[]; epoch: Maybe[]; seconds: Maybe[]; value: Maybe[]; error?: Maybe[] }
export type Curves = Record<string, Curve>;

export interface Latents {
  epoch: number[];
  kl: Maybe[][];
  entropy: Maybe[][];
  secondMoment: Maybe[][];
  momentGap: Maybe[][];
  collapsed: Maybe[][];
}

export interface AnatomyDocument { epoch: number[]; values: Record<string, { mean: Maybe[]; standardError: Maybe[] }> }

export interface Notes { tags: string[]; notes: string }

export interface Comparison {
  metrics: string[];
  groups: { label: string; settings: Record<string, unknown>; ids: string[]; values: Record<string, { mean: Maybe; sd: Maybe; n: number; values: Maybe[] }> }[];
  pairs: { a: string; b: string; metric: string; difference: Maybe; se: Maybe; n: number }[];
}

export interface Change { id: string; status: Status | "vanished"; step: Maybe; epoch: Maybe }

export interface ExplorerDocument {
  version: number;
  checkpoint: string;
  step: number;
  split: string;
  latentDim: number;
  rows: number;
  columns: { name: string; values: (number | string | null)[] }[];
  image: { height: number; width: number; channels: number; low: number; high: number } | null;
  features: number;
  /** What the numbers of a row are called; null or missing where nobody said. */
  featureNames?: string[] | null;
  likelihood: string;
  mean: string | null;
  decoder: boolean;
  encoder: boolean;
  principal: { centre: number[]; axes: number[][]; variances: number[] } | null;
  holes: { z: number[]; score: Maybe; mass: Maybe; massSe?: Maybe; nearest: Maybe }[];
  prior: string;
  warnings: string[];
}
