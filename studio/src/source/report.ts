import type { Comparison, Curves, RunsDocument } from "./documents";
import { narrow } from "./narrow";
import { SourceError, type Source } from "./source";

export interface ReportContent { documents: Record<string, unknown>; files: Record<string, string>; "left out"?: string[] }

const comparePath = "/api/compare";
const runtimePath = "/ort-wasm.gz";

/** The report: the server's answers, and files as base64, in the page itself. */
export class ReportSource implements Source {
  readonly #content: ReportContent;
  readonly notices: readonly string[];
  readonly only?: string;

  constructor(content: ReportContent) {
    this.#content = content;
    this.notices = content["left out"] ?? [];
    const { runs } = content.documents["/api/runs"] as RunsDocument;
    if (runs.length === 1) this.only = runs[0]?.id;
  }

  async get<T>(path: string): Promise<T> {
    const [address = "", query = ""] = path.split("?");
    const found = this.#content.documents[path] ?? this.#content.documents[address] ?? (address === comparePath ? this.#anyComparison() : undefined);
    if (found === undefined) throw new SourceError("the report does not hold this", "write one that does with: elbow report RUN… --out report.html");
    if (address === comparePath) return narrow(found as Comparison, new URLSearchParams(query).get("ids")?.split(",") ?? []) as T;
    return (address.endsWith("/curves") ? chosen(found as Curves, query) : found) as T;
  }

  async file(path: string): Promise<ArrayBuffer> {
    const text = this.#content.files[path] ?? this.#content.files[decodeURI(path)];
    if (text === undefined) throw new SourceError("the report does not hold this file", "open the run in the studio instead: elbow studio");
    return bytes(text);
  }

  // The report holds one comparison, of all its runs, under whichever query it was asked for.
  #anyComparison(): unknown {
    const key = Object.keys(this.#content.documents).find(path => path.startsWith(`${comparePath}?`));
    return key === undefined ? undefined : this.#content.documents[key];
  }

  changes(): () => void {
    return () => undefined;
  }

  reached(): () => void {
    return () => undefined;
  }

  async runtime(): Promise<ArrayBuffer> {
    const packed = new Blob([await this.file(runtimePath)]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(packed).arrayBuffer();
  }
}

// The report holds all curves under the address without a query.
function chosen(curves: Curves, query: string): Curves {
  const names = new URLSearchParams(query).get("names");
  if (names === null) return curves;
  const wanted = new Set(names.split(","));
  return Object.fromEntries(Object.entries(curves).filter(([name]) => wanted.has(name)));
}

function bytes(base64: string): ArrayBuffer {
  const text = atob(base64);
  const result = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) result[i] = text.charCodeAt(i);
  return result.buffer;
}
