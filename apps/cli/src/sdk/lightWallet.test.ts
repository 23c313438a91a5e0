import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Address } from "@polis/codec";
import { createJsonRpc } from "@polis/sdk";
import type { Browser, Page } from "playwright-core";
import { TestNetwork } from "../testing/network.ts";
import { browserMissing, openBrowser, openPage } from "../visualizer/testing/browser.ts";
import { answerModule } from "../web/answerModule.ts";
import { createModuleGraph } from "../web/moduleGraph.ts";

const skip = browserMissing ?? false;
const page = join(import.meta.dirname, "../../../../examples/light-wallet");
const types: Record<string, string> = {
  html: "text/html",
  css: "text/css",
  js: "text/javascript",
  json: "application/json",
};
const shop = "51".repeat(20) as Address;
let network: TestNetwork;
let site: Server;
let liar: Server;
let browser: Browser;
let tab: Page;
let node: string;
/** What the page logged as an error. */
const problems: string[] = [];
let paid: string;
/** What the lying node does with an honest answer. */
let lie = (text: string): string => text;

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function listening(server: Server): Promise<Server> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

before(async () => {
  if (skip) return;
  const graph = createModuleGraph({ entries: { sdk: "@polis/sdk" }, from: import.meta.url });
  site = await listening(
    createServer((request, response) => {
      const { pathname } = new URL(request.url!, "http://site");
      response.setHeader(
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src *",
      );
      if (answerModule(graph, pathname, request, response)) return;
      const name = pathname === "/" ? "index.html" : pathname.slice(1);
      const isGenesis = name === "genesis.json";
      if (!isGenesis && !["index.html", "style.css", "wallet.js"].includes(name)) return response.writeHead(404).end();
      response.setHeader("content-type", types[name.split(".").at(-1)!]!);
      return response.end(isGenesis ? network.genesisText() : readFileSync(join(page, name)));
    }),
  );
  const jsonrpc = { rate_limit_per_second: 0, cors_origins: ["*"] };
  const rpc = { enabled: true, rate_limit_per_second: 0, cors_origins: [addressOf(site)] };
  const consensus = { n: 6, f: 1, empty_block_interval: "1s", view_timeout: "3s" };
  network = await TestNetwork.generate(6, { settings: { jsonrpc, rpc, consensus } });
  await network.start();
  node = `http://127.0.0.1:${network.ports.jsonRpc}`;
  const { raw, hash } = network.payers[0]!.pay(shop, 1_250_000n);
  paid = hash;
  await createJsonRpc(node).call("eth_sendRawTransactionSync", [raw, 10_000]);
  liar = await listening(
    createServer(async (request, response) => {
      response.setHeader("access-control-allow-origin", "*").setHeader("access-control-allow-headers", "*");
      if (request.method === "OPTIONS") return response.end();
      const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
      const headers = { "content-type": "application/json" };
      const answer = await fetch(node, { method: "POST", headers, body });
      return response.setHeader("content-type", "application/json").end(lie(await answer.text()));
    }),
  );
  browser = await openBrowser();
  tab = await openPage(browser, { width: 1280, height: 900 });
  tab.on("pageerror", (error) => problems.push(error.message));
  tab.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  await tab.goto(addressOf(site));
  await tab.locator("body[data-ready=true]").waitFor({ timeout: 60_000 });
  assert.deepEqual(problems, []);
});
after(async () => {
  if (skip) return;
  await browser.close();
  for (const server of [site, liar]) server.close().closeAllConnections();
  await network.close();
});

/** Fills the form, and gives what the page shows then. The page is loaded once: it has six hundred modules. */
async function ask(node: string) {
  problems.length = 0;
  const before = Number((await tab.locator("body").getAttribute("data-answered")) ?? 0);
  const values = { node, account: `0x${shop}`, payment: paid };
  for (const [name, value] of Object.entries(values)) await tab.locator(`input[name=${name}]`).fill(value);
  await tab.locator("button").click();
  await tab.locator(`body[data-answered="${before + 1}"]`).waitFor({ timeout: 30_000 });
  return (id: string) => tab.locator(`#${id}:visible`).allInnerTexts();
}

test("a browser shows a verified balance and a verified payment from a node it does not trust", { skip }, async () => {
  const text = await ask(node);
  assert.deepEqual(problems, []);
  assert.deepEqual(await text("amount"), ["1.25"]);
  assert.match(
    (await text("transfers"))[0]!,
    new RegExp(`1.25 USDC from 0x${network.payers[0]!.address} to 0x${shop}`),
  );
  assert.match((await text("balance-proof"))[0]!, /Proven final in block \d+/);
  assert.deepEqual(await text("refused"), []);
  assert.match((await text("network"))[0]!, /6 validators/);
  for (const [width, colorScheme] of [
    [1920, "light"],
    [360, "dark"],
  ] as const) {
    await tab.setViewportSize({ width, height: 900 });
    await tab.emulateMedia({ colorScheme });
    const widest = await tab.locator("html").evaluate(({ scrollWidth }) => scrollWidth);
    assert.ok(widest <= width, `${widest} px on a screen of ${width}`);
  }
});

test("what a lying node says is not shown", { skip }, async () => {
  const lies: readonly (readonly [RegExp, (text: string) => string])[] = [
    [/signature/, (text) => text.replace(/("headers":\["0x.{20})./, "$17")],
    [/account|signature/, (text) => text.replace(/("accountProof":\["0x.{20})./, "$17")],
    [/response/, () => '{"jsonrpc":"2.0","id":1,"result":{}}'],
  ];
  for (const [reason, how] of lies) {
    lie = how;
    const text = await ask(addressOf(liar));
    assert.deepEqual(await text("amount"), []);
    assert.match((await text("reason"))[0]!, reason);
  }
});

test("a browser pays, waits and watches over gRPC-Web and over JSON-RPC", { skip }, async () => {
  const addresses = { grpc: `http://127.0.0.1:${network.ports.grpc}`, jsonrpc: node };
  for (const [index, to] of [addresses, node].entries()) {
    const secret = `0x${network.made.accounts[4 + index]!.secret}`;
    const seen = await tab.evaluate(
      async ([to, secret, shop]) => {
        const path = "/modules/sdk.js";
        const sdk = (await import(path)) as typeof import("@polis/sdk");
        const client = await sdk.KairosClient.connect(to);
        const wallet = sdk.Wallet.fromSecret("ed25519", secret as `0x${string}`);
        const paid = await client.pay(sdk.PaymentBuilder.pay(`0x${shop}`, "0.5"), wallet);
        const light = client.light(await (await fetch("./genesis.json")).text(), { checkKeys: false });
        const { block } = await light.payment(paid.hash);
        const options = { fromHeight: paid.height };
        for await (const { role, transaction } of client.subscribe().address(wallet.address, options)) {
          return { role, same: transaction.hash === paid.hash, proven: block.hash === paid.blockHash };
        }
        return undefined;
      },
      [to, secret, shop] as const,
    );
    assert.deepEqual(seen, { role: "sender", same: true, proven: true });
  }
});

test("A-API-6: a browser refuses a real proof after each change of a single bit", { skip }, async (t) => {
  const { believed, refused, ms } = await tab.evaluate(async (from: string) => {
    const path = "/modules/sdk.js";
    const sdk = (await import(path)) as typeof import("@polis/sdk");
    const genesis = await (await fetch("./genesis.json")).text();
    const source = sdk.jsonRpcProofs(sdk.createJsonRpc(from));
    const verify = sdk.createFinalityVerifier(sdk.anchorFromGenesis(genesis, { checkKeys: false }));
    const proof = (await source.finality("latest"))!;
    verify(proof);
    const found = { believed: 0, refused: 0, ms: 0 };
    const started = performance.now();
    for (const part of [proof.certificate, ...proof.headers]) {
      for (let bit = 0; bit < part.length * 8; bit++) {
        part[bit >> 3]! ^= 1 << (bit & 7);
        try {
          verify(proof);
          found.believed++;
        } catch (error) {
          if (error instanceof sdk.LightClientError) found.refused++;
        }
        part[bit >> 3]! ^= 1 << (bit & 7);
      }
    }
    verify(proof);
    return { ...found, ms: performance.now() - started };
  }, node);
  t.diagnostic(`${refused} changed proofs in ${Math.round(ms)} ms`);
  assert.equal(believed, 0);
  assert.ok(refused >= 8 * (150 + 560), `${refused}`);
});

test("L6: a browser checks a proof of six validators within the bound", { skip }, async (t) => {
  const measured = (await tab.evaluate(async (from: string) => {
    const path = "/modules/sdk.js";
    const sdk = (await import(path)) as typeof import("@polis/sdk");
    const genesis = await (await fetch("./genesis.json")).text();
    const source = sdk.jsonRpcProofs(sdk.createJsonRpc(from));
    const light = sdk.LightClient.fromGenesis(genesis, source, { checkKeys: false });
    const proof = await source.finality("latest");
    const times: number[] = [];
    for (let i = 0; i < 31; i++) {
      const started = performance.now();
      light.verify(proof!);
      times.push(performance.now() - started);
    }
    return times.sort((a, b) => a - b);
  }, node)) as number[];
  const [best, median] = [measured[0]!, measured[15]!];
  t.diagnostic(`multisig, n = 6, in Chromium: best ${best.toFixed(1)} ms, median ${median.toFixed(1)} ms`);
  // Tests share their machine, so the bound of kairos L6 is held against the best run; the benchmark measures quietly.
  assert.ok(best < 50, `${best} ms`);
});
