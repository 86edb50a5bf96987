import type { Change } from "./documents";

/** Where documents and files come from. The pages know this interface alone: neither the server nor the report. */
export interface Source {
  /** A JSON document of docs/studio.md, by its address. */
  get<T>(path: string): Promise<T>;
  /** A file of a run, by its address. */
  file(path: string): Promise<ArrayBuffer>;
  /** Calls back whenever a run began, went on, ended or vanished; returns how to stop. */
  changes(listener: (change: Change) => void): () => void;
  /** Calls back when what is watched is lost and when it is back; returns how to stop. */
  reached(listener: (reached: boolean) => void): () => void;
  /** What the reader should know of this source: what had to be left out of it. */
  readonly notices: readonly string[];
  /** The run to begin with, where there is only one. */
  readonly only?: string;
  /** Stores a document; absent where nothing can be stored. */
  put?<T>(path: string, body: unknown): Promise<T>;
  /** The WebAssembly of onnxruntime. */
  runtime(): Promise<ArrayBuffer>;
}

/** What went wrong and how to mend it, as the server says it. */
export class SourceError extends Error {
  constructor(readonly what: string, readonly how: string) {
    super(`${what}: ${how}`);
  }
}
