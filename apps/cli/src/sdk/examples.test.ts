import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { join, relative } from "node:path";
import { after, before, test } from "node:test";
import * as sdk from "@polis/sdk";
import { createWalletClient, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { TestNetwork } from "../testing/network.ts";

const folder = join(import.meta.dirname, "../../../../clients/sdk/src");
const carol = sdk.Wallet.fromSecret("secp256k1", `0x${"0c".repeat(32)}`);
const alice = sdk.Wallet.fromSecret("ed25519", `0x${"0a".repeat(32)}`);
const bob = sdk.Wallet.fromSecret("p256", `0x${"0b".repeat(32)}`);
let network: TestNetwork;
let names: Record<string, unknown>;

before(async () => {
  const thousand = 1_000n * 10n ** 18n;
  network = await TestNetwork.generate(1, {
    alloc: { [alice.address]: thousand, [carol.address]: thousand },
    settings: { rpc: { enabled: true, rate_limit_per_second: 0 } },
  });
  await network.start();
  const url = `http://127.0.0.1:${network.ports.jsonRpc}`;
  const client = await sdk.KairosClient.connect(url);
  const { hash: paid } = await client.pay(sdk.PaymentBuilder.pay(bob.address, "2.5"), carol);
  const source = client.proofs();
  const genesisText = network.genesisText();
  const viemEntry = (await import(new URL("viem/kairosChain.ts", `file://${folder}/`).href)) as Record<string, unknown>;
  names = {
    ...{ ...sdk, ...viemEntry, assert, url, grpcUrl: `http://127.0.0.1:${network.ports.grpc}` },
    ...{ alice, bob, carol, client, source, paid, genesisText, light: client.light(genesisText) },
    viem: { createWalletClient, http, privateKeyToAccount },
  };
});
after(() => network.close());

interface Example {
  readonly file: string;
  /** File and line. */
  readonly place: string;
  /** What is exported right below the comment; undefined for members of classes. */
  readonly documents: string | undefined;
  readonly code: string;
}

function sources(): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.includes("/testing/"))
    .sort();
}

/** Every example in the comments of a file. */
function examplesOf(file: string): readonly Example[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/\/\*\*(?:[^*]|\*(?!\/))*\*\//g)].flatMap((comment) => {
    const lines = comment[0]
      .slice(3, -2)
      .split("\n")
      .map((line) => line.replace(/^\s*\* ?/, ""));
    const start = lines.findIndex((line) => line.trim().startsWith("@example"));
    if (start < 0) return [];
    const rest = [lines[start]!.replace(/^\s*@example\s*/, ""), ...lines.slice(start + 1)];
    const end = rest.findIndex((line, i) => i > 0 && line.trim().startsWith("@"));
    const below = text.slice(comment.index + comment[0].length).trimStart();
    const line = text.slice(0, comment.index).split("\n").length;
    return [
      {
        file,
        place: `${relative(folder, file)}:${line}`,
        documents: /^export (?:async )?(?:function\*?|class|const) (\w+)/.exec(below)?.[1],
        code: (end < 0 ? rest : rest.slice(0, end)).join("\n"),
      },
    ];
  });
}

/** `expression; // => value` becomes a comparison. */
function toProgram(code: string, known: readonly string[]): string {
  const lines = code.split("\n").map((line) => {
    const match = /^(\s*)(.+?);? \/\/ => (.+)$/.exec(line);
    return match === null ? line : `${match[1]}assert.deepEqual(${match[2]}, ${match[3]});`;
  });
  return `export const run = async ({ ${known.join(", ")} }) => {\n{\n${lines.join("\n")}\n}\n};`;
}

test("every example in the comments of the SDK runs against a real node", async () => {
  const examples = sources().flatMap(examplesOf);
  assert.ok(examples.length >= 50, `${examples.length} examples`);
  for (const { file, place, code } of examples) {
    // Inner functions are known to the examples of their own file.
    const known = { ...((await import(new URL(file, "file://").href)) as Record<string, unknown>), ...names };
    const url = `data:text/javascript,${encodeURIComponent(toProgram(code, Object.keys(known)))}`;
    try {
      const { run } = (await import(url)) as { run: (names: Record<string, unknown>) => Promise<void> };
      await run(known);
    } catch (error) {
      assert.fail(`${place}: ${String(error)}\n${code}`);
    }
  }
});

test("the code of docs/build-app.md runs from beginning to end", async () => {
  const text = readFileSync(join(folder, "../../../docs/build-app.md"), "utf8");
  const blocks = [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match) => match[1]!);
  assert.ok(blocks.length >= 7);
  // The reader's network is another one than ours.
  const own: readonly (readonly [string, unknown])[] = [
    ['"http://127.0.0.1:8545"', names.url],
    ['".polis/localnet-6/accounts.json"', network.made.accountsPath],
    ['".polis/localnet-6/genesis.json"', network.made.genesisPath],
  ];
  let program = stripTypeScriptTypes(blocks.join("\n")).replaceAll(/^import .*$/gm, "");
  for (const [theirs, ours] of own) program = program.replaceAll(theirs, JSON.stringify(ours));
  const shown: unknown[][] = [];
  const console = { log: (...values: unknown[]) => shown.push(values) };
  const { light: _light, alice: _alice, carol: _carol, client: _client, paid: _paid, ...rest } = names;
  const known = { ...rest, ...{ createWalletClient, http, privateKeyToAccount, readFile, console } };
  const url = `data:text/javascript,${encodeURIComponent(toProgram(program, Object.keys(known)))}`;
  const { run } = (await import(url)) as { run: (names: Record<string, unknown>) => Promise<void> };
  await run(known);
  assert.ok(shown.some(([status]) => status === "succeeded"));
  assert.ok(shown.some(([code, name]) => code === 5 && name === "INSUFFICIENT_BALANCE"));
  assert.ok(shown.some(([from, amount]) => typeof from === "string" && amount === 1_250_000n));
});

test("every function, class and constant that the SDK exports has an example", () => {
  const documented = new Set(
    sources()
      .flatMap(examplesOf)
      .map(({ documents }) => documents),
  );
  // The two makers of units come from the codec, whose own comments have their examples.
  const own = [...Object.keys(sdk), "kairosChain", "serializeKairosTransaction", "kairosActions"];
  const bare = own.filter((name) => !documented.has(name) && name !== "usdc6" && name !== "usdc18");
  assert.deepEqual(bare, []);
});
