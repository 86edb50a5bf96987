import type { InferenceSession } from "onnxruntime-web/wasm";
import { fileAddress } from "../source/files";
import { source } from "../source/store";

type Runtime = typeof import("onnxruntime-web/wasm");

let runtime: Promise<Runtime> | null = null;

/** onnxruntime, on one thread, from the source's own copy of its WebAssembly. */
function start(): Promise<Runtime> {
  runtime ??= (async () => {
    const [ort, binary] = await Promise.all([import("onnxruntime-web/wasm"), source.runtime()]);
    ort.env.wasm.numThreads = 1;
    ort.env.wasm.wasmBinary = binary;
    return ort;
  })();
  runtime.catch(() => (runtime = null));
  return runtime;
}

/** A run's decoder: z (B, L) → the mean of p(x|z), (B, D), channel by channel, row by row. */
export class Decoder {
  #last: Promise<unknown> = Promise.resolve();

  private constructor(readonly latents: number, readonly features: number, private readonly ort: Runtime, private readonly session: InferenceSession, private readonly output: string) {}

  static async open(id: string, latents: number, features: number, output: string | null): Promise<Decoder> {
    const [ort, model] = await Promise.all([start(), source.file(fileAddress(id, "explorer/decoder.onnx"))]);
    const session = await ort.InferenceSession.create(model, { executionProviders: ["wasm"], graphOptimizationLevel: "all" });
    const name = output !== null && session.outputNames.includes(output) ? output : session.outputNames[0]!;
    return new Decoder(latents, features, ort, session, name);
  }

  /** Decodes B points, one after the other in `z`. A session takes one call at a time: calls wait in line. */
  run(z: Float32Array): Promise<Float32Array> {
    const result = this.#last.then(() => this.#run(z));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #run(z: Float32Array): Promise<Float32Array> {
    const input = new this.ort.Tensor("float32", z, [z.length / this.latents, this.latents]);
    const outputs = await this.session.run({ [this.session.inputNames[0]!]: input }, [this.output]);
    return outputs[this.output]!.data as Float32Array;
  }

  close(): void {
    void this.#last.then(() => this.session.release());
  }
}
