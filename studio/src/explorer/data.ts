import { parseNpy } from "../math/npy";
import type { ExplorerDocument } from "../source/documents";
import { fileAddress } from "../source/files";
import { source } from "../source/store";
import { SourceError } from "../source/source";

/** What the explorer of one run shows: N rows of L latents, row after row. */
export interface ExplorerData {
  about: ExplorerDocument;
  rows: number;
  latents: number;
  mu: Float32Array;
  z: Float32Array;
  /** Samples of the prior, M rows; empty where it cannot be sampled. */
  prior: Float32Array;
  /** The rows as pictures, height × width × channels bytes each. */
  images: Uint8Array | null;
}

/** Reads RUN/explorer; refuses what does not fit together. */
export async function readExplorer(id: string): Promise<ExplorerData> {
  const at = (name: string) => source.file(fileAddress(id, `explorer/${name}`));
  const about = JSON.parse(new TextDecoder().decode(await at("explorer.json"))) as ExplorerDocument;
  if (about.version !== 1) throw new SourceError(`the explorer's files are of version ${about.version}`, "write them again with this Elbow: elbow explore RUN");
  const [mu, z, prior, images] = await Promise.all([
    at("mu.npy"), at("z.npy"), at("prior.npy").catch(() => null), about.image ? at("images.npy").catch(() => null) : null,
  ].map(async file => (await file ? parseNpy((await file)!) : null)));
  const latents = about.latentDim;
  const floats = (array: typeof mu, name: string): Float32Array => {
    if (!array) return new Float32Array(0);
    if (array.shape.length !== 2 || array.shape[1] !== latents) throw new SourceError(`${name} has the shape ${array.shape.join(" × ")}, not rows of ${latents} latents`, "write it again: elbow explore RUN");
    return Float32Array.from(array.data);
  };
  const means = floats(mu!, "mu.npy");
  const rows = means.length / latents;
  const samples = floats(z!, "z.npy");
  if (samples.length !== means.length) throw new SourceError("mu.npy and z.npy have different numbers of rows", "write them again: elbow explore RUN");
  const size = about.image ? about.image.height * about.image.width * about.image.channels : 0;
  return { about, rows, latents, mu: means, z: samples, prior: floats(prior!, "prior.npy"), images: images && size > 0 && images.data.length === rows * size ? Uint8Array.from(images.data) : null };
}

export const rowOf = (array: Float32Array, row: number, latents: number): Float32Array => array.subarray(row * latents, (row + 1) * latents);
