import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { browserMissing, openBrowser } from "../visualizer/testing/browser.ts";
import { answerModule } from "../web/answerModule.ts";
import { createModuleGraph } from "../web/moduleGraph.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "polis-sdk-project-"));
const project = join(folder, "project");
const installed = join(project, "node_modules/@polis/sdk");

/** A secp256k1 wallet, an Ed25519 payment, a sealed key file: hashes, curves and ciphers in their portable forms. */
const program = `
import { createJsonRpc, formatUsdc, KairosClient, LightClient, parseUsdc, PaymentBuilder, Wallet } from "@polis/sdk";
const wallet = Wallet.fromMnemonic("test test test test test test test test test test test junk", { kind: "secp256k1" });
const payer = Wallet.fromSecret("ed25519", "0x" + "07".repeat(32));
const signed = PaymentBuilder.pay(wallet.address, "1.25", "hello").sign(payer, { chainId: 52470n, nonce: 0n });
const refused = await KairosClient.connect("http://127.0.0.1:1", { timeoutMs: 2000 }).catch((error) => error.codeName);
console.log(JSON.stringify({
  address: wallet.address, hash: signed.hash, amount: formatUsdc(parseUsdc("1.250")), refused,
  kinds: [typeof LightClient.fromGenesis, typeof createJsonRpc],
}));
`;
const typed = `
import { type FinalTransaction, KairosClient, LightClient, parseUsdc, PaymentBuilder, type Usdc6, Wallet } from "@polis/sdk";
import { kairosChain } from "@polis/sdk/viem";
const amount: Usdc6 = parseUsdc("1");
export async function pay(url: string): Promise<FinalTransaction> {
  const client: KairosClient = await KairosClient.connect(url);
  const light: LightClient = client.light("{}");
  await light.balance("0x");
  return client.pay(PaymentBuilder.pay("0x", amount), Wallet.generate());
}
export const id: number = kairosChain({ id: 1, rpcUrl: "http://a" }).id;
// @ts-expect-error An amount has a unit.
PaymentBuilder.pay("0x", 5n);
`;

before(() => {
  const dist = join(folder, "dist");
  execFileSync(process.execPath, [join(root, "clients/sdk/tools/build.ts"), dist], { stdio: "pipe" });
  const [packed] = JSON.parse(
    execFileSync("npm", ["pack", dist, "--json", "--offline", "--pack-destination", folder], {
      stdio: ["ignore", "pipe", "ignore"],
    }).toString(),
  ) as [{ readonly filename: string }];
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", join(folder, packed.filename), "-C", installed, "--strip-components=1"]);
  for (const name of [...dependencies(), "viem", "@types/node"]) link(name);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "project", version: "1.0.0", type: "module" }));
  writeFileSync(join(project, "index.js"), program);
  writeFileSync(join(project, "typed.ts"), typed);
});
after(() => rmSync(folder, { recursive: true, force: true }));

function dependencies(): readonly string[] {
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as { dependencies: object };
  return Object.keys(manifest.dependencies);
}

/** Installs without a registry: what the repository has, by link. */
function link(name: string): void {
  const target = [join(root, "clients/sdk/node_modules", name), join(root, "node_modules", name)].find(existsSync);
  assert.ok(target !== undefined, `${name} is not installed`);
  mkdirSync(dirname(join(project, "node_modules", name)), { recursive: true });
  symlinkSync(target, join(project, "node_modules", name));
}

function run(node: string): unknown {
  const { stdout, stderr, status } = spawnSync(node, ["index.js"], { cwd: project, encoding: "utf8", timeout: 60_000 });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

const expected = {
  address: "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266",
  amount: "1.25",
  refused: "UNAVAILABLE",
  kinds: ["function", "function"],
};

test("the packed artifact runs in an empty project, and has no TypeScript, no native code and no ledger", () => {
  const { hash, ...rest } = run(process.execPath) as typeof expected & { hash: string };
  assert.deepEqual(rest, expected);
  assert.match(hash, /^0x[0-9a-f]{64}$/);
  const files = readdirSync(installed, { recursive: true }).map(String);
  assert.deepEqual(
    files.filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts")),
    [],
  );
  assert.deepEqual(
    files.filter((file) => /\/native\/.*\.js$|kernel\/evm.*\.js$|ledger\/.*\.js$/.test(file)),
    [],
  );
  assert.ok(files.includes("LICENSE") && files.includes("README.md"));
});

const oldNode = ["/usr/bin/node", "/usr/local/bin/node"].find(
  (file) => existsSync(file) && /^v2[0-3]\./.test(execFileSync(file, ["--version"]).toString()),
);
test("the same runs in Node 20", { skip: oldNode === undefined && "the system has no Node 20 to 23" }, () => {
  const { hash: _hash, ...rest } = run(oldNode!) as typeof expected & { hash: string };
  assert.deepEqual(rest, expected);
});

test("a browser loads it under a strict policy", { skip: browserMissing ?? false }, async (t) => {
  const graph = createModuleGraph({
    entries: { sdk: "@polis/sdk" },
    from: pathToFileURL(join(project, "index.js")).href,
  });
  const server = createServer((request, response) => {
    response.setHeader("content-security-policy", "default-src 'none'; script-src 'self'");
    if (answerModule(graph, request.url!, request, response)) return;
    response.setHeader("content-type", "text/html").end("<!doctype html><title>artifact</title>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await openBrowser();
  t.after(async () => {
    await browser.close();
    server.close().closeAllConnections();
  });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const address = await page.evaluate(async (phrase) => {
    const path = "/modules/sdk.js";
    const { Wallet } = (await import(path)) as typeof import("@polis/sdk");
    return Wallet.fromMnemonic(phrase, { kind: "secp256k1" }).address;
  }, "test test test test test test test test test test test junk");
  assert.equal(address, expected.address);
});

test("its types serve a program that is checked strictly", () => {
  const options = [
    "--strict",
    "--noEmit",
    "--target",
    "es2022",
    "--module",
    "nodenext",
    "--types",
    "node",
    "--skipLibCheck",
  ];
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const { stdout, status } = spawnSync(process.execPath, [compiler, ...options, "typed.ts"], {
    cwd: project,
    encoding: "utf8",
  });
  assert.equal(status, 0, stdout);
});
