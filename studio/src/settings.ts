import { signal, type Signal } from "@preact/signals";

/** A choice of the reader that this browser remembers, where it may. */
export function setting<T>(name: string, initial: T): Signal<T> {
  const key = `elbow-${name}`;
  let start = initial;
  try {
    const text = localStorage.getItem(key);
    if (text !== null) start = JSON.parse(text) as T;
  } catch {
    start = initial;
  }
  const value = signal(start);
  value.subscribe(now => {
    try {
      localStorage.setItem(key, JSON.stringify(now));
    } catch {
      // Not remembered, then.
    }
  });
  return value;
}
