import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ReportSource } from "../src/source/report";

const source = new ReportSource({
  documents: { "/api/runs/a%20b/curves": { "train/kl": { value: [1] }, "validation/kl": { value: [2] } }, "/api/runs": { runs: [] } },
  files: { "/api/runs/a%20b/files/explorer/mu.npy": "AQID", "/ort-wasm.gz": gzipSync("wasm").toString("base64") },
});

describe("ReportSource", () => {
  it("picks curves from the one document that holds all", async () => {
    expect(Object.keys(await source.get("/api/runs/a%20b/curves?names=train%2Fkl&points=9"))).toEqual(["train/kl"]);
    expect(Object.keys(await source.get("/api/runs/a%20b/curves"))).toHaveLength(2);
  });

  it("gives files as bytes and the runtime unpacked", async () => {
    expect([...new Uint8Array(await source.file("/api/runs/a%20b/files/explorer/mu.npy"))]).toEqual([1, 2, 3]);
    expect(new TextDecoder().decode(await source.runtime())).toBe("wasm");
  });

  it("begins with its run where there is only one", () => {
    const holding = (...ids: string[]) => new ReportSource({ documents: { "/api/runs": { runs: ids.map(id => ({ id })) } }, files: {} });
    expect(holding("a").only).toBe("a");
    expect(holding("a", "b").only).toBeUndefined();
  });

  it("says what it does not hold", async () => {
    await expect(source.get("/api/runs/c")).rejects.toMatchObject({ what: "the report does not hold this" });
    await expect(source.file("/x")).rejects.toMatchObject({ how: expect.stringContaining("elbow studio") });
  });
});
