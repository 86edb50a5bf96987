import { signal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Change } from "./documents";
import { openSource } from "./open";
import { SourceError } from "./source";

/** The one source of this page. */
export const source = openSource();

/** False while the server cannot be reached. */
export const reached = signal(true);

export interface Loaded<T> { value: T | null; problem: SourceError | null }

interface Entry { state: Signal<Loaded<unknown>>; users: number; stale: boolean; busy: boolean; timer: number }

const entries = new Map<string, Entry>();
const refreshEvery = 400;
const mostKept = 60;

/** A document that follows its run: shown as it was until its newer version is here. Null for a path that is not known yet. */
export function useDocument<T>(path: string | null): Loaded<T> {
  const entry = path === null ? null : entryOf(path);
  useEffect(() => {
    if (!entry || path === null) return undefined;
    entry.users++;
    if (entry.stale) load(path, entry);
    return () => void entry.users--;
  }, [path]);
  return (entry?.state.value ?? { value: null, problem: null }) as Loaded<T>;
}

/** Asks again for every document whose address begins so. */
export function refresh(prefix: string): void {
  for (const [path, entry] of entries) {
    if (path.startsWith(prefix)) schedule(path, entry);
  }
}

/** Puts a newer version of a document in the place of the old one. */
export function replace<T>(path: string, change: (old: T) => T): void {
  const entry = entries.get(path);
  if (entry?.state.value.value) entry.state.value = { value: change(entry.state.value.value as T), problem: null };
}

function entryOf(path: string): Entry {
  let entry = entries.get(path);
  if (!entry) {
    for (const [old, idle] of entries) {
      if (entries.size < mostKept) break;
      if (idle.users === 0) entries.delete(old);
    }
    entry = { state: signal<Loaded<unknown>>({ value: null, problem: null }), users: 0, stale: true, busy: false, timer: 0 };
    entries.set(path, entry);
  }
  return entry;
}

function schedule(path: string, entry: Entry): void {
  entry.stale = true;
  if (entry.users === 0 || entry.timer !== 0 || entry.busy) return;
  entry.timer = window.setTimeout(() => {
    entry.timer = 0;
    load(path, entry);
  }, refreshEvery);
}

async function load(path: string, entry: Entry): Promise<void> {
  if (entry.busy) return;
  entry.busy = true;
  entry.stale = false;
  try {
    entry.state.value = { value: await source.get(path), problem: null };
  } catch (error) {
    const problem = error instanceof SourceError ? error : new SourceError("the answer could not be read", String(error));
    entry.state.value = { value: entry.state.value.value, problem };
  }
  entry.busy = false;
  if (entry.stale) schedule(path, entry);
}

source.changes((change: Change) => {
  refresh(`/api/runs/${encodeURIComponent(change.id)}`);
  refresh("/api/compare");
  for (const [path, entry] of entries) if (path === "/api/runs") schedule(path, entry);
});

source.reached(now => {
  // What happened while the server was away is asked for in full.
  if (now && !reached.value) refresh("/api/");
  reached.value = now;
});
