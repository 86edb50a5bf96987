// Runs every case of a folder in onnxruntime. A case is NAME.onnx beside NAME.json: { inputs: {name: {shape, values}}, outputs: {name: {shape, values}} }.
// Prints { NAME: { OUTPUT: largest difference, relative to values beyond 1 } }; a case that cannot run is { error }.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import ort from 'onnxruntime-node';

const folder = process.argv[2];
const result = {};
for (const file of (await readdir(folder)).filter(file => file.endsWith('.json'))) {
  const name = file.slice(0, -'.json'.length);
  try {
    const { inputs, outputs } = JSON.parse(await readFile(join(folder, file), 'utf8'));
    const session = await ort.InferenceSession.create(join(folder, `${name}.onnx`), { logSeverityLevel: 3 });
    const feeds = Object.fromEntries(Object.entries(inputs).map(([key, { shape, values }]) => [key, new ort.Tensor('float32', Float32Array.from(values), shape)]));
    const got = await session.run(feeds);
    result[name] = Object.fromEntries(Object.entries(outputs).map(([key, { shape, values }]) => {
      const tensor = got[key];
      if (!tensor) throw new Error(`there is no output ${key}, only ${Object.keys(got)}`);
      if (String(tensor.dims) !== String(shape)) throw new Error(`${key} has shape ${tensor.dims}, expected ${shape}`);
      let most = 0;
      values.forEach((value, k) => {
        const difference = Math.abs(value - tensor.data[k]) / Math.max(1, Math.abs(value));
        if (!(difference <= most)) most = difference;
      });
      return [key, most];
    }));
    await session.release();
  } catch (error) {
    result[name] = { error: String(error.message ?? error) };
  }
}
console.log(JSON.stringify(result));
