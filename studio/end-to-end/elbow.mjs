// The real program, and the arrays that it reads and writes.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(fileURLToPath(import.meta.url), "../../..");
const program = process.env.ELBOW ?? join(root, "artifacts/bin/Elbow.Cli/release/Elbow.Cli");

export function elbow(...words) {
  const done = spawnSync(program, words, { encoding: "utf8", maxBuffer: 1 << 26 });
  assert.equal(done.status, 0, `elbow ${words.join(" ")}\n${done.stderr}`);
  return done;
}

/** A run that cannot go on: exit code 3. */
export function failing(...words) {
  const done = spawnSync(program, words, { encoding: "utf8", maxBuffer: 1 << 26 });
  assert.equal(done.status, 3, `elbow ${words.join(" ")}\n${done.stderr}`);
}

/** A program that stays: ready when a studio has printed its address, or at once. */
export async function start(...words) {
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise(done => child.on("exit", done));
  const result = { kill: signal => child.kill(signal), stop: () => { child.kill("SIGINT"); return ended; } };
  if (words[0] !== "studio") return result;
  result.address = await new Promise((found, failed) => {
    let text = "";
    child.stdout.on("data", part => { text += part; const match = /https?:\/\/\S+/.exec(text); if (match) found(match[0]); });
    child.on("exit", code => failed(new Error(`the studio ended with ${code}`)));
  });
  if (!result.address.endsWith("/")) result.address += "/";
  return result;
}

export function writeNpy(path, values, shape) {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(", ")}), }`;
  const padded = header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11) + "\n";
  const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, padded.length & 255, padded.length >> 8]);
  writeFileSync(path, Buffer.concat([start, Buffer.from(padded), Buffer.from(Float32Array.from(values).buffer)]));
}

export function readNpy(path) {
  const bytes = readFileSync(path);
  const begin = 10 + bytes.readUInt16LE(8);
  assert.match(bytes.toString("latin1", 10, begin), /'<f4'/);
  return Array.from({ length: (bytes.length - begin) / 4 }, (_, i) => bytes.readFloatLE(begin + 4 * i));
}
