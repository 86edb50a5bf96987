import { describe, expect, it } from "vitest";
import { parseNpy } from "../src/math/npy";

function npy(descr: string, shape: string, data: Uint8Array, version = 1): ArrayBuffer {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(version === 1 ? 118 : 116, " ") + "\n";
  const prefix = version === 1 ? 10 : 12;
  const bytes = new Uint8Array(prefix + header.length + data.length);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, header.length, true);
  else view.setUint32(8, header.length, true);
  bytes.set(new TextEncoder().encode(header), prefix);
  bytes.set(data, prefix + header.length);
  return bytes.buffer;
}

const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

describe("parseNpy", () => {
  it("reads float32 in rows", () => {
    const array = parseNpy(npy("<f4", "2, 3", floats(1, 2, 3, 4, 5, -6)));
    expect(array.shape).toEqual([2, 3]);
    expect([...array.data]).toEqual([1, 2, 3, 4, 5, -6]);
  });

  it("reads bytes, one axis, and the second version of the format", () => {
    expect(parseNpy(npy("|u1", "4,", Uint8Array.of(0, 7, 200, 255), 2))).toEqual({ shape: [4], data: Uint8Array.of(0, 7, 200, 255) });
  });

  it.each([
    ["no npy file", new ArrayBuffer(64), "not an npy file"],
    ["too short", npy("<f4", "2, 3", floats(1, 2)), "cut short"],
    ["a type that the explorer does not write", npy("<c16", "1,", floats(1, 2, 3, 4)), "not float32 or uint8"],
    ["a shape that is none", npy("<f4", "1e400,", floats(1)), "cut short"],
  ])("refuses %s", (_, buffer, message) => {
    expect(() => parseNpy(buffer)).toThrow(message);
  });
});
