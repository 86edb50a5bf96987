import type { Comparison, Summary } from "../source/documents";

export interface Axis { key: string; values: (string | number | null)[]; numeric: boolean }

/** What differs among runs: an axis for each setting that has more than one value, then for each number that is asked for. */
export function axesOf(runs: readonly Summary[], comparison: Comparison, metrics: readonly string[]): Axis[] {
  const settings = runs.map(run => flatten(comparison.groups.find(group => group.ids.includes(run.id))?.settings ?? {}));
  // A setting that some runs have not goes with the kind of a part, which has an axis of its own.
  const has = (entry: Record<string, unknown>, key: string) => entry[key] !== undefined && entry[key] !== null;
  const keys = [...new Set(settings.flatMap(Object.keys))].filter(key => settings.every(entry => has(entry, key))).filter(key => new Set(settings.map(entry => String(entry[key] ?? ""))).size > 1);
  const axis = (key: string, values: (string | number | null)[]): Axis => ({ key, values, numeric: values.every(value => value === null || typeof value === "number") });
  return [
    ...keys.map(key => axis(key, settings.map(entry => entry[key] ?? null))),
    ...metrics.map(name => axis(name, runs.map(run => run.metrics[name]?.value ?? null))),
  ];
}

function flatten(object: Record<string, unknown>, prefix = ""): Record<string, string | number | null> {
  return Object.assign({}, ...Object.entries(object).map(([key, value]) => {
    const path = prefix ? `${prefix}.${key}` : key;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return flatten(value as Record<string, unknown>, path);
    return { [path]: typeof value === "number" ? value : value === null ? null : Array.isArray(value) ? value.join(" ") : String(value) };
  })) as Record<string, string | number | null>;
}
