import { copyFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { viteSingleFile } from "vite-plugin-singlefile";

const wasm = "ort-wasm-simd-threaded.wasm";

/** The runtime's WebAssembly stays a file beside the page: the page hands it over as bytes (Source.runtime), so that the library asks for no address itself. */
function runtimeBeside(): Plugin {
  return {
    name: "elbow-runtime-beside",
    enforce: "pre",
    transform(code, id) {
      if (!id.includes("onnxruntime-web")) return undefined;
      return { code: code.replace(/new URL\("ort-wasm-simd-threaded\.wasm",\s*import\.meta\.url\)/g, `new URL("${wasm}",location.href)`), map: null };
    },
    writeBundle(options) {
      copyFileSync(createRequire(import.meta.url).resolve(`onnxruntime-web/${wasm}`), `${options.dir}/${wasm}`);
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [runtimeBeside(), viteSingleFile({ removeViteModuleLoader: true })],
  build: { target: "es2022", outDir: "dist", emptyOutDir: true, reportCompressedSize: true },
  test: { include: ["tests/**/*.test.ts"] },
  server: { proxy: { "/api": process.env["ELBOW_STUDIO"] ?? "http://127.0.0.1:8617" } },
});
