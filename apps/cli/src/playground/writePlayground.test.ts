import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { test } from "node:test";
import { parseScenario, playScenario } from "@polis/simulator";
import { waitUntil } from "../testing/waitUntil.ts";
import { browserMissing, openBrowser, openPage } from "../visualizer/testing/browser.ts";
import { writePlayground } from "./writePlayground.ts";

/** What any server of static files knows. */
const types: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

test("the written page works from any folder of a server of static files, with and without a planted mistake", {
  skip: browserMissing ?? false,
  timeout: 120_000,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "polis-page-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const { files, bytes } = writePlayground(folder);
  assert.ok(files > 200 && bytes > 1_000_000);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url!, "http://a").pathname));
    asked.push(path);
    const inside = path.startsWith("/deep/down/") ? path.slice("/deep/down/".length) : "no such file";
    try {
      const body = readFileSync(join(folder, inside === "" ? "index.html" : inside));
      response
        .writeHead(200, { "content-type": types[extname(inside === "" ? ".html" : inside)] ?? "text/html" })
        .end(body);
    } catch {
      response.writeHead(404).end();
    }
  }).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const browser = await openBrowser();
  t.after(() => browser.close());
  const page = await openPage(browser, { width: 1280, height: 800 });
  const trouble: string[] = [];
  page.on("console", (line) => trouble.push(line.text()));
  page.on("pageerror", (error) => trouble.push(String(error)));
  const scenario = "seed=4&n=6&s=3&bad=2:equivocator";
  const hash = async () => (await page.locator("#hash").textContent()) ?? "";
  const ended = () => waitUntil("the run has ended", 30_000, async () => /^[0-9a-f]{32}$/.test(await hash()));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/deep/down/#${scenario}`);
  await ended();
  const sound = await hash();
  assert.equal(sound, playScenario(parseScenario(scenario)).hash);
  await page.locator("#bug").selectOption("10");
  await waitUntil("another run", 30_000, async () => (await hash()) !== sound);
  await ended();
  assert.notEqual(await hash(), sound);
  assert.ok(asked.some((path) => path.startsWith("/deep/down/broken/10/")));
  assert.ok(asked.every((path) => path.startsWith("/deep/down/")));
  assert.deepEqual(trouble, []);
});
