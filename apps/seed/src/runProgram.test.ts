import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { generateKey } from "./keyFile.ts";
import { runProgram } from "./runProgram.ts";
import { temporaryPath } from "./testing/seedWorld.ts";

/** Runs the program and keeps what it writes. */
async function run(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runProgram(args, { out: (text) => void out.push(text), err: (text) => void err.push(text) });
  return { code, out: out.join(""), err: err.join("") };
}

const { path, remove } = temporaryPath("key");
test.after(remove);
const needed = ["--genesis-hash", "11".repeat(32), "--zone", "seed.test", "--data", `${path}-data`];

test("key generate prints the public key and nothing secret", async () => {
  const { code, out } = await run("key", "generate", "-o", path, "--json");
  assert.equal(code, 0);
  assert.match((JSON.parse(out) as { readonly publicKey: string }).publicKey, /^0x[0-9a-f]{64}$/);
  const again = await run("key", "generate", "-o", path);
  assert.equal(again.code, 2);
  assert.match(again.err, /^error: .* is there already\nhint: /);
});

test("wrong options end with code 2 before anything is opened", async () => {
  const wrong: readonly (readonly string[])[] = [
    ["run"],
    ["nonsense"],
    ["run", ...needed, "--key", path, "--dns-port", "65536"],
    ["run", ...needed, "--key", path, "--zone", "not a name"],
    ["run", ...needed, "--key", path, "--genesis-hash", "12"],
    ["run", ...needed, "--key", path, "--fallback-bootnode", "/ip4/127.0.0.1/tcp/1"],
    ["run", ...needed, "--key", path, "--rpc", "ftp://x"],
    ["run", ...needed, "--key", `${path}-missing`],
    ["run", ...needed, "--key", path, "--region-file", `${path}-missing`],
  ];
  for (const args of wrong) assert.equal((await run(...args)).code, 2, args.join(" "));
  assert.equal(existsSync(join(`${path}-data`, "peers.json")), false);
});

test("an address that cannot be had ends with code 1 and says what to do", async () => {
  const key = `${path}-2`;
  generateKey(key);
  const { code, err } = await run("run", ...needed, "--key", key, "--listen", "203.0.113.1", "--dns-port", "0");
  assert.equal(code, 1);
  assert.match(err, /cannot listen on 203\.0\.113\.1/);
});

test("the page for operators names every option", async () => {
  const { code, out } = await run("run", "--help");
  assert.equal(code, 0);
  const options = [...out.matchAll(/^ +(?:-[a-z], )?(--[a-z-]+)/gm)].map((match) => match[1]!);
  assert.ok(options.length >= 14);
  const page = readFileSync(join(import.meta.dirname, "../../../docs/kratos/seed.md"), "utf8");
  for (const option of options)
    if (!["--help", "--verbose"].includes(option)) assert.ok(page.includes(`\`${option}\``), option);
});
