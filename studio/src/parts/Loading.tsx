/** Seen only where an answer takes longer than a moment: it fades in late. */
export function Loading({ what }: { what: string }) {
  return <p class="loading" role="status">Reading {what} …</p>;
}
