import type { ComponentChildren } from "preact";

/** What stands where nothing can: what is missing and what to do. */
export function Empty({ title, how }: { title: string; how: ComponentChildren }) {
  return <div class="empty"><p class="empty-title">{title}</p><div>{how}</div></div>;
}
