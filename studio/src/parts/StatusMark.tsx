import type { Status } from "../source/documents";

const words: Record<Status, string> = { running: "running", finished: "finished", interrupted: "interrupted", failed: "failed", killed: "killed" };

const shapes: Record<Status, string> = {
  running: "M5 1a4 4 0 1 1 0 8a4 4 0 1 1 0-8",
  finished: "M1.5 5.5l2.5 2.5l4.5-6",
  interrupted: "M3 1.5v7M7 1.5v7",
  failed: "M1.5 1.5l7 7M8.5 1.5l-7 7",
  killed: "M1.5 5h7",
};

/** How a run stands: a shape and a word, so that nobody needs the colour. */
export function StatusMark({ status, reason }: { status: Status; reason?: string | null }) {
  return (
    <span class={`status status-${status}`} title={reason ?? undefined}>
      <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true"><path d={shapes[status]} fill={status === "running" ? "currentColor" : "none"} stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" /></svg>
      {words[status] ?? status}
    </span>
  );
}
