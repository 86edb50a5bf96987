import { spaced } from "../text/terms";

/** A JSON object as lines of name and value; objects within it become groups. */
export function Tree({ value, missing }: { value: unknown; missing: string }) {
  if (typeof value !== "object" || value === null) return <p class="soft">{missing}</p>;
  return <dl class="tree">{lines(value as Record<string, unknown>, "").map(line => line.value === undefined
    ? <dt key={line.path} class="group">{line.path.split(".").map(spaced).join(" · ")}</dt>
    : [<dt key={`${line.path}t`} title={line.path}>{spaced(line.path.split(".").at(-1) ?? "")}</dt>, <dd key={`${line.path}d`}>{line.value}</dd>])}</dl>;
}

interface Line { path: string; value?: string }

function lines(object: Record<string, unknown>, prefix: string): Line[] {
  const entries = Object.entries(object).map(([key, value]) => ({ path: prefix ? `${prefix}.${key}` : key, value }));
  const isGroup = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
  return [
    ...entries.filter(entry => !isGroup(entry.value)).map(entry => ({ path: entry.path, value: shown(entry.value) })),
    ...entries.filter(entry => isGroup(entry.value)).flatMap(entry => [{ path: entry.path }, ...lines(entry.value as Record<string, unknown>, entry.path)]),
  ];
}

const shown = (value: unknown): string => (value === null ? "none" : Array.isArray(value) ? (value.every(item => typeof item !== "object") ? value.join(", ") : JSON.stringify(value)) : String(value));
