// How soon the studio shows what there is: npm run speed -- FOLDER_OF_RUNS (build/make-runs writes one of 500 runs and a million events). A measurement, not a test.
import { appendFileSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Browser } from "./browser.mjs";
import { start } from "./elbow.mjs";

const runs = process.argv[2];
if (!runs) {
  console.error("speed: name the folder of runs\nbuild/make-runs FOLDER writes one, then: npm run speed -- FOLDER");
  process.exit(2);
}
const median = numbers => numbers.sort((a, b) => a - b)[numbers.length >> 1];
const size = id => statSync(join(runs, id, "events.jsonl")).size;
const ids = readdirSync(runs).filter(id => !id.startsWith("."));
const longest = ids.reduce((best, id) => (size(id) > size(best) ? id : best));
const studio = await start("studio", "--runs", runs, "--port", "0");
const browser = await Browser.open();
const painted = page => page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime);

async function opened(address, text) {
  const from = performance.now();
  const page = await browser.page(address);
  await page.getByText(text).first().waitFor();
  return { page, shown: performance.now() - from, paint: await painted(page) };
}

async function times(what, address, text, rounds) {
  const [paints, shows] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const { page, shown, paint } = await opened(address, text);
    paints.push(paint);
    shows.push(shown);
    await page.close();
  }
  console.log(`${what}: first paint ${median(paints).toFixed(0)} ms, content ${median(shows).toFixed(0)} ms`);
}

await times(`${ids.length} runs, server just started`, `${studio.address}#/`, "elbo", 1);
await times(`${ids.length} runs`, `${studio.address}#/`, "elbo", 5);
await times(`curves of ${(size(longest) / 1e6).toFixed(0)} MB of events, first time`, `${studio.address}#/run/${longest}/curves`, "Objective", 1);
await times("the same, later", `${studio.address}#/run/${longest}/curves`, "Objective", 5);

// A line is written as a run would; the page must show its epoch.
const { page } = await opened(`${studio.address}#/`, "elbo");
const id = readdirSync(runs).filter(name => !name.startsWith(".")).sort().reverse()[0];
const last = readFileSync(join(runs, id, "events.jsonl"), "utf8").trimEnd().split("\n").filter(line => line.includes('"epochCompleted"')).at(-1);
const updates = [];
for (let more = 1; more <= 5; more++) {
  const event = JSON.parse(last);
  event.epoch = 70000 + more;
  const from = performance.now();
  appendFileSync(join(runs, id, "events.jsonl"), JSON.stringify(event) + "\n");
  await page.waitForFunction(epoch => document.body.innerText.replace(/[\s,\u202f\u2009]/g, "").includes(epoch), String(event.epoch), { polling: 20 });
  updates.push(performance.now() - from);
}
console.log(`a new event on the page: ${median(updates).toFixed(0)} ms (${updates.map(ms => ms.toFixed(0)).join(", ")})`);
await browser.close();
await studio.stop();
