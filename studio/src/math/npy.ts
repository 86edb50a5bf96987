/** An array as numpy stores it: little-endian, C order. */
export interface Npy { shape: number[]; data: Float32Array | Float64Array | Uint8Array | Int32Array }

const kinds = {
  "<f4": { bytes: 4, of: (b: ArrayBuffer) => new Float32Array(b) },
  "<f8": { bytes: 8, of: (b: ArrayBuffer) => new Float64Array(b) },
  "<i4": { bytes: 4, of: (b: ArrayBuffer) => new Int32Array(b) },
  "|u1": { bytes: 1, of: (b: ArrayBuffer) => new Uint8Array(b) },
} as const;

/** Reads an npy file of float32, float64, int32 or uint8; says what is wrong with any other. */
export function parseNpy(buffer: ArrayBuffer): Npy {
  const bytes = new Uint8Array(buffer);
  if (bytes.length < 10 || String.fromCharCode(...bytes.subarray(1, 6)) !== "NUMPY" || bytes[0] !== 0x93) throw new Error("not an npy file");
  const view = new DataView(buffer);
  const wide = (bytes[6] ?? 1) >= 2;
  const start = (wide ? 12 : 10) + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (start > bytes.length) throw new Error("the npy file ends in its header");
  const header = new TextDecoder().decode(bytes.subarray(wide ? 12 : 10, start));
  const descr = /'descr'\s*:\s*'([^']+)'/.exec(header)?.[1] ?? "";
  const shapeText = /'shape'\s*:\s*\(([^)]*)\)/.exec(header)?.[1];
  if (/'fortran_order'\s*:\s*True/.test(header)) throw new Error("the npy file is in Fortran order");
  if (shapeText === undefined) throw new Error("the npy file has no shape");
  if (!Object.hasOwn(kinds, descr)) throw new Error(`the npy file holds ${descr || "an unknown type"}, not float32 or uint8`);
  const kind = kinds[descr as keyof typeof kinds];
  const shape = shapeText.split(",").map(part => part.trim()).filter(part => part.length > 0).map(Number);
  const size = shape.reduce((product, n) => product * n, 1) * kind.bytes;
  if (!Number.isFinite(size) || start + size > bytes.length) throw new Error("the npy file is cut short");
  return { shape, data: kind.of(buffer.slice(start, start + size)) };
}
