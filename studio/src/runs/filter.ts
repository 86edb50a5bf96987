import type { Status, Summary } from "../source/documents";

/** Whether every word of the query is somewhere in what a run says of itself; `prior:mog` looks in one place alone. */
export function matches(run: Summary, query: string, statuses: readonly Status[]): boolean {
  if (statuses.length > 0 && !statuses.includes(run.status)) return false;
  return query.toLowerCase().split(/\s+/).filter(word => word.length > 0).every(word => {
    const cut = word.indexOf(":");
    const key = cut > 0 ? places[word.slice(0, cut)] : undefined;
    return key ? String(key(run) ?? "").toLowerCase().includes(word.slice(cut + 1)) : haystack(run).includes(word);
  });
}

const places: Record<string, (run: Summary) => unknown> = {
  name: run => run.name, tag: run => run.tags.join(" "), notes: run => run.notes, objective: run => run.objective, method: run => run.objective, prior: run => run.prior,
  likelihood: run => run.likelihood, posterior: run => run.posterior, encoder: run => run.encoder, decoder: run => run.decoder, data: run => run.data, status: run => run.status,
  seed: run => run.seed, latents: run => run.latentDim,
};

const texts = new WeakMap<Summary, string>();

function haystack(run: Summary): string {
  let text = texts.get(run);
  if (text === undefined) {
    text = [run.id, run.name, run.status, run.reason, run.objective, run.prior, run.likelihood, run.posterior, run.encoder, run.decoder, run.data, run.notes, ...run.tags].join("\n").toLowerCase();
    texts.set(run, text);
  }
  return text;
}
