import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import { freePorts } from "../testing/freePorts.ts";
import { TestNetwork } from "../testing/network.ts";
import { waitUntil } from "../testing/waitUntil.ts";
import { browserMissing, openBrowser, openPage } from "./testing/browser.ts";
import { lowContrast } from "./testing/contrast.ts";

const root = join(import.meta.dirname, "../../../..");
const skip = browserMissing ?? false;
/** Set to write the pictures of the documentation anew. */
const pictures = process.env.POLIS_PICTURES === "1" ? join(root, "docs/images") : undefined;

const settings = {
  visualizer: { enabled: true, listen_address: "127.0.0.1:0" },
  consensus: { n: 6, f: 1, empty_block_interval: "60ms", view_timeout: "500ms" },
};

/** One network for all tests of this file. */
let shared: ReturnType<typeof startNetwork> | undefined;
after(async () => (await shared)?.network.close());

function sharedNetwork(): ReturnType<typeof startNetwork> {
  shared ??= startNetwork();
  return shared;
}

/** Six running validators, and the page of the first. */
async function startNetwork(): Promise<{ readonly network: TestNetwork; readonly url: string }> {
  const network = await TestNetwork.generate(6, { settings });
  // One address for the whole test, so that a page finds the node again after its restart.
  const port = await freePorts(1);
  const { configPath } = network.made.nodes[0]!;
  const config = readFileSync(configPath, "utf8");
  writeFileSync(configPath, config.replace('listen_address = "127.0.0.1:0"', `listen_address = "127.0.0.1:${port}"`));
  await network.start();
  await network.reaches(8);
  return { network, url: `http://127.0.0.1:${port}/` };
}

async function shoot(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `visualizer-${name}.png`) });
}

test("the page's script has no type errors", () => {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const flags = "--ignoreConfig --allowJs --checkJs --noEmit --strict --noUncheckedIndexedAccess --target esnext";
  const more = ["--lib", "esnext,dom,dom.iterable", "--types", "", "--moduleDetection", "force"];
  const file = join(import.meta.dirname, "page/app.js");
  const { status, stdout } = spawnSync(process.execPath, [tsc, ...flags.split(" "), ...more, file], {
    encoding: "utf8",
  });
  assert.equal(status, 0, stdout);
});

test("V9: the page in a browser: five tabs, the strip, bars, keyboard, contrast", {
  skip,
  timeout: 90_000,
}, async (t) => {
  const { network, url } = await sharedNetwork();
  const browser = await openBrowser();
  t.after(() => browser.close());
  const page = await openPage(browser, { width: 1280, height: 720 });
  const trouble: string[] = [];
  const asked = new Set<string>();
  page.on("console", (line) => trouble.push(line.text()));
  page.on("pageerror", (error) => trouble.push(String(error)));
  page.on("request", (sent) => asked.add(new URL(sent.url()).origin));
  await page.goto(url);
  await page.waitForSelector("#strip li:nth-child(30)");
  assert.equal(await page.locator("#strip li").count(), 30);
  // Without its leader a view is nullified, while the network goes on.
  await network.stop(4);
  t.after(() => network.start([4]));
  await page.waitForSelector("#strip li.nullified:nth-child(n+15):nth-child(-n+28)");
  assert.equal(await page.locator("#strip li.nullified").first().textContent(), "N");
  assert.match((await page.locator("#strip li").first().getAttribute("aria-label"))!, /^View \d+: /);
  await page.waitForFunction("document.getElementById('verdict-word').textContent === 'Healthy'");
  await shoot(page, "light");

  await page.locator("#tab-overview").focus();
  const expected = ["timeline", "blocks", "notarizations", "logs"];
  for (const name of expected) {
    await page.keyboard.press("ArrowRight");
    assert.equal(await page.locator('[role="tab"][aria-selected="true"]').getAttribute("aria-controls"), name);
    assert.equal(await page.locator("[role=tabpanel]:visible").count(), 1);
    assert.ok(await page.locator(`#${name}`).isVisible());
    const rows = { timeline: "#rows li", blocks: "#block-rows tr", notarizations: "#list-n li", logs: "#log li" }[
      name
    ]!;
    await page.locator(rows).first().waitFor();
    assert.deepEqual(await page.evaluate(lowContrast), [], name);
  }
  assert.ok((await page.locator("#log li").count()) <= 500);
  await page.keyboard.press("Home");
  assert.ok(await page.locator("#overview").isVisible());

  await page.locator("#tab-timeline").click();
  const meter = page.locator("#rows li:nth-child(5) .votes");
  assert.equal(await meter.getAttribute("role"), "meter");
  assert.match((await meter.getAttribute("aria-valuetext"))!, /^[3-6] of 6 votes$/);
  assert.equal(await meter.locator(".mark").count(), 2, "marks at 2f+1 and n-f");
  const marks = `[...document.querySelectorAll("#rows li:nth-child(5) .votes .mark")]`;
  const at = await page.evaluate(`${marks}.map((mark) => Number(mark.style.getPropertyValue("--at")))`);
  assert.deepEqual(at, [3 / 6, 5 / 6]);
  await page.locator("#tab-blocks").click();
  assert.match((await page.locator("#block-rows code").first().getAttribute("title"))!, /^[0-9a-f]{64}$/);
  await page.locator("#tab-logs").click();
  await page.locator("#pause").click();
  assert.equal(await page.locator("#pause").getAttribute("aria-pressed"), "true");
  await page.locator("#help-open").click();
  assert.ok(await page.getByText("The finalized view rises").isVisible());
  await page.keyboard.press("Escape");
  assert.ok(!(await page.locator("#help").isVisible()));
  assert.deepEqual(trouble, [], "nothing in the console: the content-security policy allows all that the page needs");
  assert.deepEqual([...asked], [new URL(url).origin], "no request leaves for another origin");
  assert.deepEqual(network.failures, []);
});

test("V9: small, large and dark screens, and a node that goes away", { skip, timeout: 90_000 }, async (t) => {
  const { network, url } = await sharedNetwork();
  const browser = await openBrowser();
  t.after(() => browser.close());
  await network.stop(4);
  const looks = [
    { name: "360", width: 360, height: 720 },
    { name: "dark", width: 1280, height: 720, colorScheme: "dark" },
    { name: "1920", width: 1920, height: 1080 },
  ] as const;
  for (const { name, ...look } of looks) {
    const page = await openPage(browser, look);
    await page.goto(url);
    await page.waitForSelector("#strip li.nullified:nth-child(n+15):nth-child(-n+28)");
    await page.waitForFunction("document.getElementById('verdict-word').textContent === 'Healthy'");
    if (name !== "1920") await shoot(page, name);
    for (const tab of ["overview", "timeline", "blocks", "notarizations", "logs"]) {
      await page.locator(`#tab-${tab}`).click();
      const wide = await page.evaluate("document.documentElement.scrollWidth");
      assert.ok((wide as number) <= look.width, `${name} ${tab}: ${wide} wide`);
      assert.deepEqual(await page.evaluate(lowContrast), [], `${name} ${tab}`);
    }
    await page.close();
  }
  await network.start([4]);
  const page = await openPage(browser, looks[0]);
  await page.goto(url);
  await page.waitForSelector("#strip li:nth-child(20)");
  const before = Number((await page.locator("#current-view").textContent())!.replaceAll(",", ""));
  await network.stop(0);
  await page.locator("#banner").waitFor({ state: "visible" });
  assert.match((await page.locator("#banner").textContent())!, /Disconnected/);
  assert.equal(await page.locator("#verdict-word").textContent(), "Not connected");
  await network.start([0]);
  await page.locator("#banner").waitFor({ state: "hidden" });
  await waitUntil("the page goes on", 15_000, async () => {
    return Number((await page.locator("#current-view").textContent())!.replaceAll(",", "")) > before;
  });
});
