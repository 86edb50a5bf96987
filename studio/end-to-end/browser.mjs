// Debian's Chromium, as a test wants it.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const chromiumPath = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const chromiumArguments = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export class Browser {
  static async open() {
    const made = new Browser();
    made.folder = mkdtempSync(join(tmpdir(), "elbow-browser-"));
    made.browser = await chromium.launch({ executablePath: chromiumPath, chromiumSandbox: false, args: chromiumArguments });
    return made;
  }

  /** A page of its own context; `problems` holds what its console called an error. */
  async page(address, { offline = false, ...look } = {}) {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 720 }, acceptDownloads: true, ...look });
    await context.setOffline(offline);
    const page = await context.newPage();
    page.problems = [];
    page.on("console", message => message.type() === "error" && page.problems.push(message.text()));
    page.on("pageerror", error => page.problems.push(error.message));
    await page.goto(address);
    // The browser may be closing too, which takes the context with it.
    page.on("close", () => context.close().catch(() => {}));
    return page;
  }

  /** Controls that a screen reader could not name, as their HTML. */
  async nameless(page) {
    const devtools = await page.context().newCDPSession(page);
    const { nodes } = await devtools.send("Accessibility.getFullAXTree");
    const roles = ["button", "link", "checkbox", "radio", "textbox", "searchbox", "slider", "combobox", "image", "DisclosureTriangle", "application", "grid"];
    const found = nodes.filter(node => !node.ignored && roles.includes(node.role?.value) && !node.name?.value?.trim());
    return Promise.all(found.map(async node => (await devtools.send("DOM.getOuterHTML", { backendNodeId: node.backendDOMNodeId })).outerHTML.slice(0, 200)));
  }

  /** What a save menu hands out in one of its formats. */
  async saveBytes(page, menu, format) {
    const summary = page.locator("summary").and(page.getByTitle(menu)).first();
    await summary.click();
    const download = page.waitForEvent("download");
    await summary.locator("xpath=..").getByRole("button", { name: format, exact: true }).click();
    const path = join(this.folder, format);
    await (await download).saveAs(path);
    return readFileSync(path);
  }

  async save(page, menu, format) {
    return (await this.saveBytes(page, menu, format)).toString("utf8");
  }

  async close() {
    await this.browser.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
