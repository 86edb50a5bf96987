import { spaced } from "../text/terms";

/** A JSON object as lines of name and value, a block for each object within it. */
export function Tree({ value, missing }: { value: unknown; missing: string }) {
  if (typeof value !== "object" || value === null) return <p class="soft">{missing}</p>;
  return (
    <div class="forest">
      {groups(value as Record<string, unknown>, "").map(group => (
        <section key={group.path}>
          {group.path && <h3>{group.path.split(".").map(spaced).join(" · ")}</h3>}
          <dl class="tree">{group.entries.map(([key, text]) => [<dt key={`${key}t`}>{spaced(key)}</dt>, <dd key={`${key}d`}>{text}</dd>])}</dl>
        </section>
      ))}
    </div>
  );
}

interface Group { path: string; entries: [string, string][] }

function groups(object: Record<string, unknown>, path: string): Group[] {
  const isGroup = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
  const own = Object.entries(object).filter(([, value]) => !isGroup(value)).map(([key, value]): [string, string] => [key, shown(value)]);
  return [
    ...(own.length > 0 ? [{ path, entries: own }] : []),
    ...Object.entries(object).flatMap(([key, value]) => (isGroup(value) ? groups(value, path ? `${path}.${key}` : key) : [])),
  ];
}

const shown = (value: unknown): string => (value === null ? "none" : Array.isArray(value) ? (value.every(item => typeof item !== "object") ? value.join(value.every(item => typeof item === "string") ? " " : ", ") : JSON.stringify(value)) : String(value));
