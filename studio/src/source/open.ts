import { LiveSource } from "./live";
import { ReportSource, type ReportContent } from "./report";
import type { Source } from "./source";

/** The report when the page holds one, else the server that the page came from. */
export function openSource(): Source {
  const embedded = document.getElementById("elbow-report")?.textContent;
  return embedded ? new ReportSource(JSON.parse(embedded) as ReportContent) : new LiveSource();
}
