import { signal } from "@preact/signals";

/** Where the page stands: `#/run/ID/latents?epoch=3`. After the hash, so that it works in a file too. */
export interface Route { parts: string[]; query: URLSearchParams }

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  return { parts: path.split("/").filter(part => part.length > 0).map(decode), query: new URLSearchParams(query) };
}

export function routeTo(parts: string[], query: Record<string, string> = {}): string {
  const search = new URLSearchParams(query).toString();
  return `#/${parts.map(encodeURIComponent).join("/")}${search ? `?${search}` : ""}`;
}

export const route = signal(parseRoute(location.hash));

export function go(parts: string[], query: Record<string, string> = {}): void {
  location.hash = routeTo(parts, query);
}

/** Changes the query alone, without a step in the history. */
export function amend(query: Record<string, string | null>): void {
  const now = new URLSearchParams(route.value.query);
  for (const [key, value] of Object.entries(query)) {
    if (value === null) now.delete(key);
    else now.set(key, value);
  }
  history.replaceState(null, "", routeTo(route.value.parts, Object.fromEntries(now)));
  route.value = parseRoute(location.hash);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

addEventListener("hashchange", () => {
  route.value = parseRoute(location.hash);
});
