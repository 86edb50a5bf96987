/** What is photographed: every page, with runs that have something to show on it. */
export function pagesOf(runs) {
  const at = id => `/run/${encodeURIComponent(id)}`;
  const done = runs.filter(run => run.status === "finished" && !(run.metrics["validation/objective"]?.value < -1e6));
  const newest = done[0] ?? runs[0];
  const pick = test => (done.find(test) ?? newest)?.id;
  const two = pick(run => run.latentDim === 2 && /digits|mnist/.test(run.data ?? ""));
  const value = run => run.metrics["validation/objective"]?.value ?? -Infinity;
  done.sort((a, b) => value(b) - value(a));
  const many = pick(run => (run.latentDim ?? 0) > 2 && run.prior === "standardNormal" && /digits|mnist/.test(run.data ?? ""));
  const gaussian = pick(run => /normal|gauss/i.test(run.likelihood ?? "") && run.prior === "standardNormal");
  const table = done.find(run => /^csv/.test(run.data ?? ""))?.id;
  const failed = runs.find(run => run.status === "failed")?.id;
  const compared = done.filter(run => run.data === (done.find(other => other.id === many)?.data) && run.latentDim === done.find(other => other.id === many)?.latentDim).slice(0, 8).map(run => run.id);
  const ready = async page => { await page.waitForFunction(() => !document.body.textContent.includes("Starting the decoder"), null, { timeout: 20000 }); await page.waitForTimeout(600); };
  const click = async (page, x, y) => { const box = await page.locator(".plane").boundingBox(); await page.mouse.click(box.x + x * box.width, box.y + y * box.height); };
  const button = (page, name) => page.getByRole("button", { name, exact: true }).click();
  const columns = async page => {
    await page.locator("summary").and(page.getByTitle("Choose columns")).click();
    for (const box of (await page.locator(".sheet .toggle input").all()).slice(12, 18)) await box.check();
    await page.keyboard.press("Escape");
    await page.locator(".runs").evaluate(grid => grid.scrollTo(grid.scrollWidth, 0));
  };
  const pages = [{ name: "runs", hash: "/", full: false }, { name: "runs-metrics", hash: "/", full: false, wide: true, before: columns }];
  if (!newest) return pages;
  pages.push(
    { name: "curves", hash: `${at(many)}/curves` },
    { name: "anatomy", hash: `${at(many)}/anatomy` },
    { name: "anatomy-gaussian", hash: `${at(gaussian)}/anatomy` },
    { name: "latents", hash: `${at(many)}/latents` },
    { name: "pictures", hash: `${at(many)}/pictures` },
    { name: "details", hash: `${at(many)}/details` },
    {
      name: "explorer-two", hash: `${at(two)}/explorer`,
      before: async page => {
        await ready(page);
        await click(page, 0.35, 0.3); await button(page, "Take as A");
        await click(page, 0.7, 0.62); await button(page, "Take as B");
        await click(page, 0.5, 0.45);
        const box = await page.locator(".plane").boundingBox();
        for (let i = 0; i < 12; i++) { await page.mouse.move(box.x + (0.4 + 0.02 * i) * box.width, box.y + 0.55 * box.height); if (await page.locator(".plane-tip").count() > 0) break; }
        await page.waitForTimeout(700);
      },
    },
    { name: "explorer-many", hash: `${at(many)}/explorer`, before: ready },
    { name: "explorer-numbers", hash: `${at(gaussian)}/explorer`, before: ready },
    { name: "compare", hash: `/compare?ids=${compared.map(encodeURIComponent).join(",")}`, before: async page => { await page.waitForTimeout(2500); } },
    { name: "compare-none", hash: "/compare", full: false },
    { name: "no-run", hash: "/run/nothing-here", full: false, missing: true },
  );
  if (table) pages.push({ name: "explorer-table", hash: `${at(table)}/explorer`, before: ready });
  if (failed) pages.push({ name: "failed", hash: `${at(failed)}/curves`, full: false });
  return pages;
}
