import type { Change } from "./documents";
import { SourceError, type Source } from "./source";

const runtimePath = "/ort-wasm-simd-threaded.wasm";
const longestWait = 10_000;

/** The studio's server. */
export class LiveSource implements Source {
  readonly notices: readonly string[] = [];

  async get<T>(path: string): Promise<T> {
    return (await this.#ask(path)).json() as Promise<T>;
  }

  async file(path: string): Promise<ArrayBuffer> {
    return (await this.#ask(path)).arrayBuffer();
  }

  async put<T>(path: string, body: unknown): Promise<T> {
    return (await this.#ask(path, { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })).json() as Promise<T>;
  }

  runtime(): Promise<ArrayBuffer> {
    return this.file(runtimePath);
  }

  #events: EventSource | null = null;
  #listeners = new Set<(change: Change) => void>();
  #watchers = new Set<(reached: boolean) => void>();
  #wait = 500;

  changes(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    this.#connect();
    return () => void this.#listeners.delete(listener);
  }

  reached(listener: (reached: boolean) => void): () => void {
    this.#watchers.add(listener);
    return () => void this.#watchers.delete(listener);
  }

  // The browser reconnects by itself only after a lost stream, not after a refused one: so every loss starts anew, waiting longer each time.
  #connect(): void {
    if (this.#events) return;
    const events = new EventSource("/api/changes");
    this.#events = events;
    const reached = () => {
      this.#wait = 500;
      this.#watchers.forEach(watcher => watcher(true));
    };
    events.onopen = reached;
    events.addEventListener("ready", reached);
    events.onmessage = event => {
      const change = parse(String(event.data));
      if (change) this.#listeners.forEach(listener => listener(change));
    };
    events.onerror = () => {
      events.close();
      this.#events = null;
      this.#watchers.forEach(watcher => watcher(false));
      setTimeout(() => this.#connect(), this.#wait);
      this.#wait = Math.min(2 * this.#wait, longestWait);
    };
  }

  async #ask(path: string, init?: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(path, init);
    } catch {
      throw new SourceError("the studio's server does not answer", "start it again with: elbow studio");
    }
    if (response.ok) return response;
    const problem = await response.json().catch(() => null) as { what?: string; how?: string } | null;
    throw new SourceError(problem?.what ?? `the server answered ${response.status} for ${path}`, problem?.how ?? "reload the page; if it stays, see what the server printed");
  }
}

function parse(text: string): Change | null {
  try {
    const change = JSON.parse(text) as Change | null;
    return change && typeof change.id === "string" ? change : null;
  } catch {
    return null;
  }
}
