import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { krat12 } from "@polis/codec";
import { ProposeEarlyValidator, Transfer } from "@polis/kratos";
import { TestNode } from "@polis/kratos/testing";
import type { Page } from "playwright-core";
import { waitUntil } from "../../testing/waitUntil.ts";
import { browserMissing, openBrowser, openPage } from "../../visualizer/testing/browser.ts";
import { lowContrast } from "../../visualizer/testing/contrast.ts";
import { startKratosRpc } from "../rpc/startKratosRpc.ts";

const root = join(import.meta.dirname, "../../../../..");
const skip = browserMissing ?? false;
/** Set to write the pictures of the documentation anew. */
const pictures = process.env.POLIS_PICTURES === "1" ? join(root, "docs/images") : undefined;

/** A chain of a few blocks in an epoch, with payments, a candidate and missed slots. */
async function serve(t: TestContext) {
  const node = new TestNode();
  const { people } = node.chain;
  for (let i = 0; i < 12; i++) {
    if (i % 3 === 0) {
      const amount = krat12(10n ** 12n + BigInt(i));
      node.backend.submit(node.chain.sign(4, Transfer.of({ to: people[5]!.account, amount })));
    }
    if (i === 10) {
      node.backend.submit(node.chain.sign(4, Transfer.of({ to: people[0]!.account, amount: krat12(10n ** 12n) })));
    }
    if (i === 11) node.backend.submit(node.chain.sign(0, ProposeEarlyValidator.of({ candidate: people[5]!.account })));
    node.produce(i === 9 ? 2 : 0);
    if (i === 9) node.tree.finalize(node.tree.head.hash);
  }
  const run = <T>(work: () => T) => Promise.resolve().then(work);
  // Two seconds into the slot after the head.
  const nowMs = () => (node.tree.head.header.timestamp + node.tree.rules.clock.slotSeconds + 2) * 1_000;
  const listen = { host: "127.0.0.1", port: 0 };
  const server = await startKratosRpc({ backend: node.backend, listen, run, nowMs });
  t.after(() => server.close());
  return { node, url: `http://127.0.0.1:${server.address.port}/` };
}

/** Waits from outside: the page's policy forbids scripts that are made of texts. */
function shows(page: Page, selector: string, text: string): Promise<void> {
  return waitUntil(`${selector} says ${text}`, 30_000, async () => (await page.locator(selector).innerText()) === text);
}

async function shoot(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `observer-${name}.png`), fullPage: true });
}

test("the page's scripts have no type errors", () => {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const flags = "--ignoreConfig --allowJs --checkJs --noEmit --strict --noUncheckedIndexedAccess --target esnext";
  const more = ["--module", "esnext", "--lib", "esnext,dom,dom.iterable", "--types", "", "--moduleDetection", "force"];
  const folder = join(import.meta.dirname, "page");
  const files = readdirSync(folder).filter((name) => name.endsWith(".js"));
  const args = [tsc, ...flags.split(" "), ...more, ...files.map((name) => join(folder, name))];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  assert.equal(status, 0, stdout);
});

test("an observer sees the state, its reason and progress, slots, validators, money and candidates", {
  skip,
  timeout: 90_000,
}, async (t) => {
  const { node, url } = await serve(t);
  const browser = await openBrowser();
  t.after(() => browser.close());
  const page = await openPage(browser, { width: 1280, height: 900 });
  const trouble: string[] = [];
  const asked = new Set<string>();
  page.on("console", (line) => trouble.push(line.text()));
  page.on("pageerror", (error) => trouble.push(String(error)));
  page.on("request", (sent) => asked.add(new URL(sent.url()).origin));
  await page.goto(url);
  await shows(page, "#state-word", "Bootstrap");
  await shows(page, "#verdict-word", "Healthy");
  const text = (selector: string) => page.locator(selector).innerText();
  assert.match(await text("#state-reason"), /^Because the chain is young/);
  assert.match(await text("#state-effect"), /^Payments, staking and leaving work/);
  assert.match(await text("#state-since"), /^Since epoch 0/);
  assert.equal(await page.locator("#progress li").count(), 3, "age, validators, participation");
  const meter = page.locator("#progress .track").nth(1);
  assert.equal(await meter.getAttribute("aria-valuetext"), "4 of 50 validators");
  assert.match((await page.locator("#scale").getAttribute("aria-label"))!, /^4 validators take part/);

  assert.equal(await text("#head"), "12");
  assert.equal(await text("#final"), "10");
  const { slot, epoch } = node.tree.head.header;
  assert.equal(await text("#epoch"), `${epoch}`);
  const cells = page.locator("#slots button");
  assert.equal(await cells.count(), 10);
  const labels = await cells.evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
  const ofHead = labels.find((label) => label?.startsWith(`Slot ${slot}:`));
  assert.match(ofHead!, /^Slot \d+: produced, leader [0-9a-f]{4}…[0-9a-f]{4}, block 12, 1 transaction$/);
  assert.equal(labels.filter((label) => label?.includes(": final, ")).length, 1, "block 10 came in this epoch");

  await cells.first().focus();
  await page.keyboard.press("End");
  assert.match(await text("#slot-words"), new RegExp(`^Slot ${epoch * 10 + 9}: `));
  await page.keyboard.press("ArrowLeft");
  assert.match(await text("#slot-words"), new RegExp(`^Slot ${epoch * 10 + 8}: `));
  assert.equal(await page.locator("#slots button[tabindex='0']").count(), 1, "one stop for the keyboard");

  assert.equal(await page.locator("#validators tr").count(), 4);
  assert.match(await text("#validators tr:first-child"), /%.*KRAT.*10\d.*slots.*Healthy.*Active/s);
  assert.match(await text("#supply"), /^1,000,000,\d{3}.* KRAT$/);
  assert.equal(await page.locator("#supply-bar .part").count(), 5);
  assert.equal(await page.locator("#emission-bar .part").count(), 3);
  assert.match(await text("#candidates"), /1 of 3 votes/);
  assert.equal(await page.locator("#candidates .dots i.on").count(), 1);

  node.produce();
  await shows(page, "#head", "13");
  await page.locator("#help-open").click();
  assert.ok(await page.getByText("It is never taken back").isVisible());
  await page.keyboard.press("Escape");
  assert.ok(!(await page.locator("#help").isVisible()));
  assert.deepEqual(trouble, [], "nothing in the console: the content-security policy allows all that the page needs");
  assert.deepEqual([...asked], [new URL(url).origin], "no request leaves for another origin");
});

test("small, large and dark screens are readable, and a node that goes away is told", {
  skip,
  timeout: 90_000,
}, async (t) => {
  const { url } = await serve(t);
  const browser = await openBrowser();
  t.after(() => browser.close());
  const looks = [
    { name: "360", width: 360, height: 800 },
    { name: "light", width: 1280, height: 900 },
    { name: "dark", width: 1280, height: 900, colorScheme: "dark" },
    { name: "1920", width: 1920, height: 1080 },
  ] as const;
  for (const { name, ...look } of looks) {
    const page = await openPage(browser, look);
    await page.goto(url);
    await page.waitForSelector("#validators tr");
    const wide = (await page.evaluate("document.documentElement.scrollWidth")) as number;
    assert.ok(wide <= look.width, `${name}: ${wide} wide`);
    assert.deepEqual(await page.evaluate(lowContrast), [], name);
    if (name !== "1920") await shoot(page, name);
    if (name === "1920") {
      await page.route("**/observer.json", (route) => route.abort());
      await shows(page, "#verdict-word", "No answer");
    }
    await page.close();
  }
});

/** What a large and shaken network would show, made from the facts of a small one. */
function shaken(facts: Facts): Facts {
  const kinds = ["final", "final", "produced", "missed", "late", "now", "ahead"];
  const [one] = facts.validators;
  const bars = [
    { label: "validators that take part", value: 20, target: 25, unit: "validators" },
    { label: "epochs below 50 until the network counts as collapsed", value: 7, target: 10, unit: "epochs" },
  ];
  const fall = { from: "Normal", to: "Emergency", epoch: 88, validators: 20, reason: "fewer than 75 validators (T4)" };
  const clocks = ["Healthy", "Degraded", "Excluded", "Recovering"];
  return {
    ...facts,
    security: {
      ...(facts.security as object),
      ...{ state: "Emergency", validators: 20, alert: "Emergency", goal: "the way out begins with 25 validators" },
      ...{ progress: bars, history: Array(12).fill(fall), reason: fall.reason },
    },
    strip: {
      ...{ epoch: 4_321, now: 15, produced: 200, missed: 90 },
      slots: Array.from({ length: 600 }, (_, i) => {
        const leader = (i % 101).toString(16).padStart(2, "0").repeat(32);
        return { slot: 4_321 * 600 + i, is: kinds[Math.floor(i / 86)], leader, number: i, transactions: i };
      }),
    },
    validators: Array.from({ length: 101 }, (_, i) => ({
      ...one,
      ...{ id: `0x${i.toString(16).padStart(2, "0").repeat(32)}`, sharePpm: 20_000 - 100 * i, clock: clocks[i % 4] },
      ...{ stake: `${1_000_000 - i}.123456 KRAT`, leaderSlots: 6, produced: 6 - (i % 3), isBootstrap: false },
    })),
  };
}

interface Facts {
  readonly validators: readonly object[];
  readonly security: unknown;
  readonly strip: unknown;
}

test("a large network in an emergency is readable too", { skip, timeout: 90_000 }, async (t) => {
  const { url } = await serve(t);
  const browser = await openBrowser();
  t.after(() => browser.close());
  for (const look of [
    { width: 1280, height: 900 },
    { width: 360, height: 800, colorScheme: "dark" },
  ] as const) {
    const page = await openPage(browser, look);
    await page.route("**/observer.json", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: shaken((await response.json()) as Facts) });
    });
    await page.goto(url);
    await shows(page, "#state-word", "Emergency");
    await shows(page, "#verdict-word", "Emergency");
    assert.equal(await page.locator("#alert").innerText(), "Alert: Emergency");
    assert.equal(await page.locator("#slots button").count(), 600);
    assert.equal(await page.locator("#validators tr").count(), 101);
    await page.locator("#history-box summary").click();
    assert.equal(await page.locator("#history li:visible").count(), 12);
    assert.deepEqual(await page.evaluate(lowContrast), []);
    const wide = (await page.evaluate("document.documentElement.scrollWidth")) as number;
    assert.ok(wide <= look.width, `${wide} wide`);
    await page.close();
  }
});

test("a network whose chain is well but whose state is not is not called healthy", {
  skip,
  timeout: 90_000,
}, async (t) => {
  const { url } = await serve(t);
  const browser = await openBrowser();
  t.after(() => browser.close());
  const page = await openPage(browser, { width: 1280, height: 900 });
  let state = "Restricted";
  await page.route("**/observer.json", async (route) => {
    const response = await route.fetch();
    const facts = (await response.json()) as Facts;
    await route.fulfill({ response, json: { ...facts, security: { ...(facts.security as object), state } } });
  });
  await page.goto(url);
  await shows(page, "#verdict-word", "Restricted");
  state = "BootstrapRecovery";
  await shows(page, "#verdict-word", "Recovery");
  state = "Normal";
  await shows(page, "#verdict-word", "Healthy");
});
