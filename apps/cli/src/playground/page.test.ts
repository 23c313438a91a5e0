import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { parseScenario, playScenario, runSeed } from "@polis/simulator";
import type { Browser, Page } from "playwright-core";
import { waitUntil } from "../testing/waitUntil.ts";
import { createRing, layoutOf } from "../visualizer/layout.ts";
import { serveVisualizer, type VisualizerServer } from "../visualizer/serveVisualizer.ts";
import { browserMissing, type Look, openBrowser, openPage } from "../visualizer/testing/browser.ts";
import { lowContrast } from "../visualizer/testing/contrast.ts";
import { BROKEN_RULES, PRESETS } from "./model/presets.ts";
import { brokenModules } from "./playgroundModules.ts";

const root = join(import.meta.dirname, "../../../..");
const skip = browserMissing ?? false;
/** Set to write the pictures of the documentation anew. */
const pictures = process.env.POLIS_PICTURES === "1" ? join(root, "docs/images") : undefined;

/** One server and one browser for all tests of this file. */
let shared: Promise<{ server: VisualizerServer; browser: Browser; url: string }> | undefined;
after(async () => {
  const open = await shared;
  await open?.browser.close();
  await open?.server.close();
});

function sharedServer() {
  shared ??= (async () => {
    const layout = layoutOf(6, 1);
    const listen = { host: "127.0.0.1", port: 0 };
    const facts = { n: 6, f: 1, index: 0 };
    const server = await serveVisualizer({ listen, corsOrigins: [], facts, layout, ring: createRing(layout) });
    return { server, browser: await openBrowser(), url: `http://127.0.0.1:${server.port}/simulator` };
  })();
  return shared;
}

/** Opens a run, waits for its end and returns what the page says its hash is. */
async function openRun(hash: string, look: Look = { width: 1280, height: 800 }) {
  const { browser, url } = await sharedServer();
  const page = await openPage(browser, look);
  const trouble: string[] = [];
  page.on("console", (line) => trouble.push(line.text()));
  page.on("pageerror", (error) => trouble.push(String(error)));
  await page.goto(`${url}${hash === "" ? "" : `#${hash}`}`);
  return { page, trouble, hash: await hashOf(page) };
}

async function hashOf(page: Page): Promise<string> {
  await waitUntil("the run has ended", 30_000, async () => /^[0-9a-f]{32}$/.test(await text(page, "#hash")));
  return text(page, "#hash");
}

const text = async (page: Page, selector: string) => (await page.locator(selector).textContent()) ?? "";

async function goTo(page: Page, ms: number): Promise<void> {
  await page.locator("#time").fill(String(ms));
  await waitUntil(
    "the clock follows",
    5000,
    async () => (await text(page, "#clock")) === `${(ms / 1000).toFixed(3)} s`,
  );
}

async function shoot(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  mkdirSync(pictures, { recursive: true });
  await page.locator("#time").blur();
  await page.locator("h1").scrollIntoViewIfNeeded();
  await page.screenshot({ path: join(pictures, `simulator-${name}.png`) });
}

test("the page's scripts have no type errors", () => {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const flags =
    "--ignoreConfig --allowJs --checkJs --noEmit --strict --noUncheckedIndexedAccess --target esnext --module nodenext " +
    "--moduleResolution nodenext --allowImportingTsExtensions --resolveJsonModule --skipLibCheck --lib esnext,dom,dom.iterable";
  const file = join(import.meta.dirname, "page/main.js");
  const { stdout } = spawnSync(process.execPath, [tsc, ...flags.split(" "), "--types", "node", file], {
    encoding: "utf8",
  });
  // The libraries of the native provider, which the page never loads, are not typed for a browser.
  const own = stdout.split("\n").filter((line) => /^\S/.test(line) && !line.startsWith("kernel/crypto/src/native/"));
  assert.deepEqual(own, []);
});

test("the same scenario has the same hash in the page and in Node; so has a seed of the campaigns", {
  skip,
}, async (t) => {
  const scenario = "seed=9&n=7&s=3&at=0.1.2.3.4.5.6&bad=2:fickle&fault=crash:0:1000-1500,loss:30:0-3000";
  const run = await openRun(scenario);
  t.after(() => run.page.close());
  assert.equal(run.hash, playScenario(parseScenario(scenario)).hash);
  assert.equal(await text(run.page, "#command"), `npx kairos sim --scenario "${scenario}"`);
  const seed = await openRun("campaign=6");
  t.after(() => seed.page.close());
  assert.equal(seed.hash, runSeed(6).hash);
  assert.equal(await text(seed.page, "#command"), "npx kairos sim --seed 6 --ledger mock");
  assert.ok(!(await seed.page.locator("#editor").isVisible()), "a campaign seed is what it is");
  assert.deepEqual([...run.trouble, ...seed.trouble], []);
});

test("it opens with six replicas; time, replicas and scenario are worked by mouse and keyboard", {
  skip,
  timeout: 120_000,
}, async (t) => {
  const { page, trouble } = await openRun("");
  t.after(() => page.close());
  assert.equal(await page.locator(".node").count(), 6);
  assert.equal(await text(page, "#presets [aria-current=true]"), "Healthy");
  // This page is opened by somebody who wants no motion: it waits.
  assert.equal(await page.locator("#play").getAttribute("aria-label"), "Play");
  await page.locator("#stage").focus();
  await page.keyboard.press("ArrowRight");
  await waitUntil("the first event", 20_000, async () => (await page.locator("#log li").count()) === 1);
  assert.match(await text(page, "#log li"), /View 1: replica 1 proposes block [0-9a-f]{6}/);
  await page.keyboard.press("ArrowRight");
  await waitUntil("the second", 20_000, async () => (await page.locator("#log li").count()) === 2);
  await page.keyboard.press("ArrowLeft");
  await waitUntil("back", 20_000, async () => (await page.locator("#log li").count()) === 1);
  assert.equal(await page.locator("#log").getAttribute("role"), "log");

  await goTo(page, 2290);
  await waitUntil("health", 20_000, async () => (await text(page, "#verdict-word")) === "Healthy");
  assert.match(
    (await page.locator(".node").nth(3).getAttribute("aria-label"))!,
    /^Replica 3, sa-east-1, honest: view \d+, final height \d+$/,
  );
  const votes = page.locator("#bars li").nth(1).locator(".votes");
  assert.equal(await votes.getAttribute("role"), "meter");
  assert.match((await votes.getAttribute("aria-valuetext"))!, /^[3-6] of 6 votes$/);
  assert.equal(await votes.locator(".mark").count(), 2, "marks at 2f+1 and n-f");
  assert.equal(await page.locator("#grid tr").count(), 7);
  assert.ok((await page.locator("#grid .box.final").count()) > 40);
  await page.locator(".node").nth(4).click();
  // The page draws with the next frame.
  await waitUntil("its eyes", 20_000, async () => (await text(page, "#eye-title")) === "What replica 4 knows");

  // Cutting its power changes the scenario from now on, and the past stays what it was.
  const before = await text(page, "#log");
  await page.locator("#power").click();
  await hashOf(page);
  assert.match(page.url(), /fault=crash:4:2300-4300$/);
  assert.equal(await text(page, "#clock"), "2.290 s");
  assert.equal(await text(page, "#log"), before);
  await goTo(page, 3000);
  await waitUntil("it is off", 20_000, async () =>
    /^Replica 4, .*: off$/.test((await page.locator(".node").nth(4).getAttribute("aria-label"))!),
  );

  await page.locator("#share").click();
  await waitUntil("a link", 20_000, async () => (await text(page, "#shared")) !== "");
  const link = `${page.url()}&t=3000`;
  assert.match(await text(page, "#shared"), /^Copied\.$|&t=3000$/);
  await page.locator("[data-add=loss]").click();
  await hashOf(page);
  assert.match(page.url(), /,loss:100:3000-6000$/);
  assert.equal(await text(page, "#clock"), "3.000 s", "a fault from now on is seen from now on");
  await page.goto(link.replace("seed=1", "seed=8"));
  await hashOf(page);
  assert.equal(await text(page, "#clock"), "3.000 s", "a link leads to a moment");
  assert.equal(await text(page, "#play"), "▶");

  await page.locator("#play").click();
  await waitUntil("time passes", 20_000, async () => Number.parseFloat(await text(page, "#clock")) > 3.05);
  await page.locator("#play").click();
  await page.locator("#seed").fill("12x");
  await page.locator("#seed").blur();
  assert.match(await text(page, "#editor-note"), /out of bounds/);
  await page.locator("#dice").click();
  await waitUntil("another seed", 20_000, () => Promise.resolve(page.url().includes("seed=9&")));
  await page.locator("#help-open").click();
  assert.ok(await page.getByText("2f+1 votes", { exact: true }).isVisible());
  await page.keyboard.press("Escape");
  assert.deepEqual(trouble, [], "the content-security policy allows all that the page needs");
});

test("a fork is shown loudly: too many faults, and a planted mistake", { skip, timeout: 120_000 }, async (t) => {
  for (const name of ["Too many faults", "A broken rule"]) {
    const preset = PRESETS.find((one) => one.name === name)!;
    const { page, trouble } = await openRun(preset.text);
    t.after(() => page.close());
    await goTo(page, 2100);
    await waitUntil("the verdict", 20_000, async () => (await text(page, "#verdict-word")) === "Safety broken");
    assert.match(await text(page, "#verdict-why"), /^two blocks are final at height \d+$/);
    const lines = await page.locator("#log .broken").allTextContents();
    assert.ok(lines.some((line) => /SAFETY BROKEN at height \d+: \w{6} and \w{6} are both final/.test(line)));
    assert.ok((await page.locator("#grid .box.forked").count()) > 1);
    assert.deepEqual(trouble, []);
    if (name === "Too many faults") continue;
    await page.locator("#bug").selectOption("0");
    await hashOf(page);
    await goTo(page, 15_000);
    await waitUntil("sound again", 20_000, async () => (await text(page, "#verdict-word")) === "Healthy");
  }
});

test("every planted mistake of the list fits the replica's source; others cannot be asked for", async () => {
  for (const [id] of BROKEN_RULES) assert.ok(brokenModules(id)!.files.has(`/broken/${id}/worker.js`));
  assert.equal(brokenModules(1), undefined);
  assert.equal(brokenModules(0), undefined);
});

test("small, large, light and dark screens", { skip, timeout: 120_000 }, async (t) => {
  const looks = [
    { name: "light", width: 1280, height: 800 },
    { name: "dark", width: 1280, height: 800, colorScheme: "dark", preset: "Too many faults", ms: 2030 },
    { name: "360", width: 360, height: 720, ms: 1200 },
    { name: "1920", width: 1920, height: 1080, preset: "One fifth byzantine", ms: 5000 },
  ] as const;
  for (const { name, ...look } of looks) {
    const preset = "preset" in look ? PRESETS.find((one) => one.name === look.preset)! : undefined;
    const { page, trouble } = await openRun(preset?.text ?? "", look);
    t.after(() => page.close());
    await goTo(page, "ms" in look ? look.ms : 2290);
    await waitUntil("a verdict", 20_000, async () => !/Loading|Starting/.test(await text(page, "#verdict-word")));
    const wide = await page.evaluate("document.documentElement.scrollWidth");
    assert.ok((wide as number) <= look.width, `${name}: ${wide} wide`);
    assert.deepEqual(await page.evaluate(lowContrast), [], name);
    assert.deepEqual(trouble, [], name);
    if (name !== "1920") await shoot(page, name);
  }
});
