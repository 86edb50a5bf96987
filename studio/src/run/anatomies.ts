import type { Maybe, Measured } from "../source/documents";

export interface Decomposition { name: string; terms: { name: string; value: Maybe; se: Maybe }[]; sum: Maybe; se: Maybe }

export interface LatentReading { index: number; kl: Measured; entropy: Measured; mutualInformation: Measured & { lower?: Maybe; upper?: Maybe }; collapsed: boolean; collapsedByKl: boolean }

/** What `elbow anatomy` left in metrics.json, as far as this page shows it. */
export interface Anatomy {
  split: string;
  checkpoint: string;
  timestamp: string;
  n: number;
  terms: Record<string, Measured & { lower?: Maybe; upper?: Maybe; estimator?: string; bias?: string }>;
  decompositions: Decomposition[];
  perLatent: LatentReading[];
  infoNce: { batchSize: number; value: Maybe; se: Maybe; ceiling: Maybe }[];
  warnings: string[];
}

/** The anatomies of a metrics file, the newest first; anything in it that is not one is passed over. */
export function anatomiesOf(metrics: unknown): Anatomy[] {
  if (!Array.isArray(metrics)) return [];
  return metrics.filter(isAnatomy).map(entry => {
    const values = entry.values;
    return {
      split: text(entry.split), checkpoint: text(entry.checkpoint), timestamp: text(entry.timestamp), n: Number(values.n ?? 0),
      terms: Object.fromEntries(Object.entries((values.terms ?? {}) as Anatomy["terms"]).filter(([, value]) => typeof value?.value === "number")),
      decompositions: list<Decomposition>(values.decompositions).filter(item => Array.isArray(item?.terms)),
      perLatent: list<LatentReading>(values.perLatent).filter(item => item?.kl && item.entropy && item.mutualInformation),
      infoNce: list<Anatomy["infoNce"][number]>(values.infoNce),
      warnings: list<unknown>(values.warnings).map(String),
    };
  }).reverse();
}

interface Entry { kind: string; split: unknown; checkpoint: unknown; timestamp: unknown; values: Record<string, unknown> }

const isAnatomy = (entry: unknown): entry is Entry =>
  typeof entry === "object" && entry !== null && (entry as Entry).kind === "anatomy" && typeof (entry as Entry).values === "object" && (entry as Entry).values !== null;

const list = <T>(value: unknown): T[] => (Array.isArray(value) ? value as T[] : []);
const text = (value: unknown): string => (typeof value === "string" ? value : "");
