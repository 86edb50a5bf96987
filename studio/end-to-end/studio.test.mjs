// The studio as a person meets it: the real server, runs that are really trained, and Debian's Chromium. Run by ./elbow test, or by hand: npm run end-to-end
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, test } from "node:test";
import { Browser, chromiumPath } from "./browser.mjs";
import { elbow, failing, readNpy, start, writeNpy } from "./elbow.mjs";

const skip = existsSync(chromiumPath) ? false : `there is no Chromium at ${chromiumPath}`;
const settings = ["--set", "training.threads=1", "--set", "model.latentDim=2", "--set", "model.encoder.hidden=[32]", "--set", "model.decoder.hidden=[32]"];
let folder, runs, config, studio, browser;

const runNamed = name => readdirSync(runs).find(id => id.endsWith(`-${name}`));
const at = (name, tab) => `${studio.address}#/run/${encodeURIComponent(runNamed(name))}/${tab}`;

before(async () => {
  if (skip) return;
  folder = mkdtempSync(join(tmpdir(), "elbow-studio-"));
  runs = join(folder, "runs");
  config = join(folder, "digits.json");
  writeFileSync(config, elbow("config", "template").stdout);
  for (const seed of ["1", "2"]) elbow("train", config, "--out", runs, "--name", `seed-${seed}`, "--set", "training.epochs=3", "--set", `training.seed=${seed}`, ...settings);
  elbow("anatomy", join(runs, runNamed("seed-1")));
  studio = await start("studio", "--runs", runs, "--port", "0");
  browser = await Browser.open();
}, { timeout: 180_000 });

after(async () => {
  await browser?.close();
  await studio?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

test("every page opens without an error and names its controls", { skip, timeout: 120_000 }, async () => {
  const pages = {
    [`${studio.address}#/`]: "Runs",
    [at("seed-1", "curves")]: "Reconstruction", [at("seed-1", "anatomy")]: "One number, six ways", [at("seed-1", "latents")]: "KL divergence",
    [at("seed-1", "explorer")]: "Traversals", [at("seed-1", "pictures")]: "Samples", [at("seed-1", "details")]: "categorical",
    [`${studio.address}#/compare?ids=${["seed-1", "seed-2"].map(name => encodeURIComponent(runNamed(name))).join(",")}`]: "seed-2",
    [`${studio.address}#/run/nothing`]: "nothing",
  };
  for (const [address, text] of Object.entries(pages)) {
    const page = await browser.page(address);
    await page.getByText(text).first().waitFor();
    assert.deepEqual(page.problems.filter(problem => !problem.includes("404")), [], address);
    assert.deepEqual(await browser.nameless(page), [], address);
    await page.close();
  }
});

test("a run is followed while it trains, and its killing is seen", { skip, timeout: 120_000 }, async () => {
  const training = await start("train", config, "--out", runs, "--name", "followed", "--set", "training.epochs=100000", ...settings);
  try {
    const page = await browser.page(`${studio.address}#/`);
    const row = page.getByRole("row").filter({ hasText: "followed" });
    await row.getByText("running").waitFor({ timeout: 30_000 });
    const epoch = async () => Number(/(\d[\d\s,]*)\s*\/\s*100/.exec((await row.innerText()).replace(/[\n\t]/g, " "))?.[1].replace(/[\s,]/g, ""));
    const first = await epoch();
    await page.waitForFunction(([name, least]) => {
      const text = [...document.querySelectorAll('[role="row"]')].map(found => found.innerText).find(found => found.includes(name)) ?? "";
      return Number(/(\d[\d\s,]*)\s*\/\s*100/.exec(text.replace(/[\n\t]/g, " "))?.[1].replace(/[\s,]/g, "")) > least;
    }, ["followed", first], { timeout: 30_000 });
    training.kill("SIGKILL");
    await row.getByText("killed").waitFor({ timeout: 30_000 });
    await page.close();
  } finally {
    training.kill("SIGKILL");
  }
});

test("why a run failed is said in the table and on its page", { skip, timeout: 60_000 }, async () => {
  failing("train", config, "--out", runs, "--name", "diverged", "--set", "training.epochs=3", "--set", "training.optimizer.kind=sgd", "--set", "training.optimizer.lr=1000", ...settings);
  const page = await browser.page(`${studio.address}#/`);
  const row = page.getByRole("row").filter({ hasText: "diverged" });
  await row.getByText("failed").waitFor();
  const reason = row.getByText("is not finite");
  await reason.waitFor();
  assert.equal(await reason.evaluate(shown => shown.getBoundingClientRect().width > 150), true);
  await page.goto(at("diverged", "curves"));
  await page.getByText("is not finite").waitFor();
  await page.getByText("epoch 0 of 3, step 3").waitFor();
  await page.getByText("Nothing was logged").waitFor();
  await page.close();
});

test("a click decodes what libtorch decodes", { skip, timeout: 120_000 }, async () => {
  const page = await browser.page(at("seed-1", "explorer"));
  await page.getByText("Starting the decoder").waitFor({ state: "detached", timeout: 30_000 });
  const plane = page.locator(".plane");
  await plane.scrollIntoViewIfNeeded();
  const box = await plane.boundingBox();
  for (const [across, up] of [[0.31, 0.62], [0.7, 0.4]]) {
    await page.mouse.click(box.x + across * box.width, box.y + up * box.height);
    await page.waitForTimeout(300);
    const saved = JSON.parse(await browser.save(page, /^Save .* decoded$/, "JSON"));
    const values = Object.fromEntries((saved.rows ?? saved).map(row => (Array.isArray(row) ? row : [row.name, row.value])));
    const of = letter => Object.keys(values).filter(name => new RegExp(`^${letter}\\d+$`).test(name)).map(name => Number(values[name]));
    const [z, x] = [of("z"), of("x")];
    assert.equal(z.length, 2);
    writeNpy(join(folder, "z.npy"), z, [1, 2]);
    elbow("decode", join(runs, runNamed("seed-1")), "--codes", join(folder, "z.npy"), "--out", join(folder, "x.npy"));
    const expected = readNpy(join(folder, "x.npy"));
    assert.equal(expected.length, 64);
    assert.ok(x.length >= 64 && expected.every((value, i) => Math.abs(value - x[i]) < 1e-3), "numbers of the decoder");

    const shown = await page.locator(".decoded canvas").first().evaluate(canvas => [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data]);
    const explorer = JSON.parse(readFileSync(join(runs, runNamed("seed-1"), "explorer", "explorer.json"), "utf8"));
    const { low = 0, high = 16 } = explorer.image;
    expected.forEach((value, i) => assert.ok(Math.abs(shown[4 * i] - Math.min(255, Math.max(0, (255 * (value - low)) / (high - low)))) <= 1, `pixel ${i}: ${shown[4 * i]} for ${value}`));
  }
  await page.close();
});

test("figures and tables are saved", { skip, timeout: 60_000 }, async () => {
  const page = await browser.page(at("seed-1", "curves"));
  await page.getByText("Reconstruction").first().waitFor();
  assert.match(await browser.save(page, /^Save Reconstruction/, "SVG"), /^(<\?xml[^>]*>\s*)?<svg[\s\S]*<path/);
  assert.deepEqual([...(await browser.saveBytes(page, /^Save Reconstruction/, "PNG")).subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
  assert.ok((await browser.save(page, /^Save Reconstruction/, "CSV")).split("\n").length >= 4);
  await page.close();
});

test("script in notes is text", { skip, timeout: 60_000 }, async () => {
  const evil = "<img src=x onerror=\"globalThis.pwned=1\"><script>globalThis.pwned=1</script>";
  const page = await browser.page(at("seed-2", "details"));
  await page.getByText("categorical").first().waitFor();
  const status = await page.evaluate(([id, notes]) => fetch(`/api/runs/${id}/notes`, { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify({ tags: [notes.slice(0, 20)], notes }) }).then(answer => answer.status), [encodeURIComponent(runNamed("seed-2")), evil]);
  assert.equal(status, 200);
  await page.reload();
  await page.getByText("categorical").first().waitFor();
  await page.goto(`${studio.address}#/`);
  await page.getByText("seed-2").first().waitFor();
  assert.equal(await page.evaluate(() => globalThis.pwned), undefined);
  await page.close();
});

test("the explorer of a table stays within a phone's page", { skip, timeout: 60_000 }, async () => {
  const table = join(folder, "wine.csv");
  const names = ["alcohol", "malic acid", "ash", "alkalinity of ash", "magnesium", "total phenols"];
  writeFileSync(table, [names.join(","), ...Array.from({ length: 200 }, (_, r) => names.map((_, c) => Math.sin(r * (c + 1)).toFixed(4)).join(","))].join("\n"));
  elbow("train", config, "--out", runs, "--name", "table", "--set", "data.kind=csv", "--set", `data.path=${table}`, "--set", "data.scale=standardise", "--set", "model.likelihood.kind=normal", "--set", "training.epochs=2", ...settings);
  const page = await browser.page(at("table", "explorer"), { viewport: { width: 390, height: 844 } });
  await page.getByText("Starting the decoder").waitFor({ state: "detached", timeout: 30_000 });
  await page.locator(".hole-card").getByText(/malic acid −?\d/).first().waitFor({ timeout: 15_000 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await page.close();
});

test("menus open, close and are left by keys alone", { skip, timeout: 60_000 }, async () => {
  const page = await browser.page(`${studio.address}#/`);
  const grid = page.getByRole("grid");
  await grid.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Space");
  assert.equal(await page.locator('[role="row"][aria-selected="true"]').count(), 1);
  const columns = page.locator("summary").and(page.getByTitle("Choose columns"));
  await columns.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.type), "checkbox");
  await page.keyboard.press("Escape");
  assert.equal(await columns.evaluate(summary => summary === document.activeElement && !summary.parentElement.open), true);
  await grid.focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/#\/run\//);
  // The last thing on its page: behind it is nothing that could be focused.
  await page.goto(at("seed-2", "curves"));
  await page.getByText("Examples per second").first().waitFor();
  const last = page.locator("figure summary").last();
  await last.focus();
  await page.keyboard.press("Enter");
  for (const format of ["SVG", "PNG", "CSV", "JSON"]) {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), format);
  }
  await page.keyboard.press("Tab");
  assert.equal(await last.evaluate(summary => summary.parentElement.open), false);
  // A press on the sheet's edge is no choice and no leaving; a Tab after it leaves.
  await last.click();
  const sheet = await last.locator("xpath=..").locator(".sheet").boundingBox();
  await page.mouse.click(sheet.x + 2, sheet.y + 2);
  assert.equal(await last.evaluate(summary => summary.parentElement.open), true);
  await last.focus();
  for (let i = 0; i < 5; i++) await page.keyboard.press("Tab");
  assert.equal(await last.evaluate(summary => summary.parentElement.open), false);
  await page.close();
});

test("a report of one run begins with it and offers no comparison", { skip, timeout: 60_000 }, async () => {
  const report = join(folder, "one.html");
  elbow("report", join(runs, runNamed("seed-1")), "--out", report);
  const page = await browser.page("about:blank", { offline: true });
  await page.goto(pathToFileURL(report).href);
  await page.getByRole("heading", { level: 1 }).getByText("seed-1").waitFor();
  assert.equal(await page.getByText(/compar/i).count(), 0);
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await page.getByRole("row").filter({ hasText: "seed-1" }).waitFor();
  assert.equal(await page.getByText(/compar/i).count(), 0);
  assert.equal(await page.getByRole("grid").getByRole("checkbox").count(), 0);
  assert.deepEqual(page.problems, []);
  await page.close();
});

test("a report opens from a file, without a network", { skip, timeout: 120_000 }, async () => {
  const report = join(folder, "report.html");
  elbow("report", join(runs, runNamed("seed-1")), join(runs, runNamed("seed-2")), "--out", report);
  const page = await browser.page("about:blank", { offline: true });
  await page.goto(pathToFileURL(report).href);
  await page.getByText("seed-1").first().waitFor();
  await page.goto(`${pathToFileURL(report).href}#/run/${encodeURIComponent(runNamed("seed-1"))}/explorer`);
  await page.getByText("Traversals").first().waitFor();
  await page.getByText("Starting the decoder").waitFor({ state: "detached", timeout: 60_000 });
  await page.waitForFunction(() => {
    const canvas = document.querySelector(".decoded canvas");
    return canvas?.width > 0 && canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((value, i) => i % 4 < 3 && value > 0);
  }, null, { timeout: 60_000 });
  await page.goto(`${pathToFileURL(report).href}#/compare?ids=${["seed-1", "seed-2"].map(name => encodeURIComponent(runNamed(name))).join(",")}`);
  await page.getByText("seed-2").first().waitFor();
  assert.deepEqual(page.problems, []);
  await page.close();
});
