// Pictures of every page in light, dark and on a phone: npm run screenshots [-- FOLDER_OF_RUNS [PAGE ...]]
//   ELBOW=path       the program to start (default: the repository's ./elbow)
//   STUDIO_PAGE=dist takes the page from studio/dist, without building the server anew
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { pagesOf } from "./pages.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../..");
const [runs = join(root, "runs"), ...only] = process.argv.slice(2);
const out = join(root, "artifacts/screenshots");
mkdirSync(out, { recursive: true });

const looks = [
  { name: "light", viewport: { width: 1280, height: 720 }, colorScheme: "light" },
  { name: "dark", viewport: { width: 1280, height: 720 }, colorScheme: "dark" },
  { name: "phone", viewport: { width: 390, height: 844 }, colorScheme: "light", deviceScaleFactor: 2, hasTouch: true },
].filter(look => !process.env.LOOK || process.env.LOOK.split(",").includes(look.name));

/** The server's address is the last line that it prints. */
async function start() {
  const server = spawn(process.env.ELBOW ?? join(root, "elbow"), ["studio", "--runs", runs, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const address = await new Promise((found, failed) => {
    server.stdout.on("data", text => { const match = /https?:\/\/\S+/.exec(String(text)); if (match) found(match[0].replace(/\/$/, "")); });
    server.on("exit", code => failed(new Error(`the studio ended with ${code}`)));
  });
  return { server, address };
}

const { server, address } = await start();
const profile = mkdtempSync(join(tmpdir(), "elbow-screenshots-"));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", chromiumSandbox: false,
  args: ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", `--disk-cache-dir=${profile}`],
});
let problems = 0;
try {
  const list = (await (await fetch(`${address}/api/runs`)).json()).runs;
  for (const look of looks) {
    const context = await browser.newContext(look);
    for (const { name, hash, before, full = true, missing = false, wide = false } of pagesOf(list)) {
      if (only.length > 0 && !only.some(part => name.includes(part))) continue;
      if (wide && look.name === "phone") continue;
      const page = await context.newPage();
      if (process.env.STUDIO_PAGE) {
        await page.route(`${address}/`, route => route.fulfill({ contentType: "text/html", body: readFileSync(join(root, "studio/dist/index.html"), "utf8") }));
        await page.route("**/*.wasm", route => route.fulfill({ contentType: "application/wasm", body: readFileSync(join(root, "studio/dist/ort-wasm-simd-threaded.wasm")) }));
      }
      page.on("console", message => { if (message.type() === "error" && !(missing && message.text().includes("404"))) { problems++; console.log(`${look.name} ${name}: ${message.text()}`); } });
      page.on("pageerror", error => { problems++; console.log(`${look.name} ${name}: ${error.message}`); });
      await page.goto(`${address}/#${hash}`);
      await page.waitForLoadState("load");
      await page.waitForFunction(() => document.querySelector("main")?.childElementCount > 0 && !document.querySelector(".loading"));
      await page.waitForTimeout(400);
      if (before) await before(page);
      await page.screenshot({ path: join(out, `${name}-${look.name}.png`), fullPage: full });
      await page.close();
    }
    await context.close();
  }
} finally {
  await browser.close();
  server.kill("SIGINT");
  rmSync(profile, { recursive: true, force: true });
}
console.log(`${out}: done, ${problems} messages of errors`);
process.exitCode = problems > 0 ? 1 : 0;
