import type { SourceError } from "../source/source";

/** An error of the source in its two lines. */
export function Problem({ problem }: { problem: SourceError }) {
  return <div class="empty" role="alert"><p class="empty-title">{problem.what}</p><p>{problem.how}</p></div>;
}
