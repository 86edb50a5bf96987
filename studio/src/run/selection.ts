import { signal } from "@preact/signals";

/** The runs that are marked for comparison, in the order in which they were marked. */
export const selection = signal<string[]>([]);

export function select(id: string, on: boolean): void {
  const rest = selection.value.filter(other => other !== id);
  selection.value = on ? [...rest, id] : rest;
}
