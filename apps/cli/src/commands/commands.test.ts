import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { commands } from "./table.ts";

const program = fileURLToPath(new URL("../kairos.ts", import.meta.url));
const dir = mkdtempSync(join(tmpdir(), "kairos-commands-"));
after(() => rmSync(dir, { recursive: true }));

function kairos(args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: dir,
    encoding: "utf8",
    env: { PATH: process.env.PATH, ...env },
  });
  return { status, stdout, stderr };
}

test("version, in words and as JSON", () => {
  const { status, stdout } = kairos(["version", "--json"]);
  assert.equal(status, 0);
  const info = JSON.parse(stdout) as Record<string, unknown>;
  assert.match(String(info.version), /^\d+\.\d+\.\d+$/);
  assert.deepEqual([info.protocol, info.schema], [1, 1]);
});

test("every command has help with an example", async () => {
  const help = kairos(["--help"]);
  assert.equal(help.status, 0);
  for (const { name, load } of commands) {
    assert.ok(help.stdout.includes(`  ${name} `), name);
    const program = new Command("kairos");
    (await load()).register(program);
    for (const leaf of program.commands.flatMap((one) => (one.commands.length > 0 ? one.commands : [one]))) {
      const parts: string[] = [];
      leaf.configureOutput({ writeOut: (part) => parts.push(part) }).outputHelp();
      const text = parts.join("");
      assert.ok(leaf.description().length > 10 && text.includes("Example:"), leaf.name());
      assert.match(text, new RegExp(`\\$ kairos (\\w+ )?${leaf.name()}`));
    }
  }
});

test("from keys to a genesis", () => {
  const out = join(dir, "keys");
  const made = kairos(["keys", "generate", "--out", out, "--chain-id", "52470", "--json"]);
  assert.equal(made.status, 0, made.stderr);
  const entry = JSON.parse(made.stdout) as Record<string, string>;
  assert.equal(entry.blsPop?.length, 2 + 192);
  const shown = JSON.parse(kairos(["keys", "show", "--dir", out, "--chain-id", "52470", "--json"]).stdout);
  assert.equal(shown.p2pBinding, entry.p2pBinding);
  const verify = ["keys", "verify", "--file", join(out, "bls.key"), "--kind", "bls", "--public-key"];
  assert.equal(kairos([...verify, entry.blsPublicKey!]).status, 0);
  assert.equal(kairos([...verify, entry.p2pPublicKey!]).status, 1);
  const again = kairos(["keys", "generate", "--out", out]);
  assert.equal(again.status, 1);
  assert.match(again.stderr, /exists already[\s\S]*hint: /);

  writeFileSync(join(dir, "alloc.json"), JSON.stringify({ [`0x${"12".repeat(20)}`]: { balance: "1000000000000" } }));
  const file = join(dir, "genesis.json");
  const genesis = [
    "genesis",
    "--validators",
    join(out, "validator.json"),
    "--chain-id",
    "52470",
    "--alloc",
    "alloc.json",
  ];
  const built = kairos([...genesis, "--out", file, "--json"]);
  assert.equal(built.status, 0, built.stderr);
  assert.deepEqual([JSON.parse(built.stdout).n, JSON.parse(built.stdout).f], [1, 0]);
  assert.equal(kairos([...genesis, "--out", file]).status, 1);
});

test("keys are encrypted with the password of a file", () => {
  const out = join(dir, "sealed");
  writeFileSync(join(dir, "password"), "a good password\n");
  const made = kairos(["keys", "generate", "--out", out, "--kind", "ed25519"]);
  assert.equal(made.status, 0, made.stderr);
  const common = ["--kind", "ed25519", "--password-file", "password"];
  const file = join(out, "ed25519.key");
  assert.equal(kairos(["keys", "encrypt", "--file", file, "--out", `${file}.json`, ...common]).status, 0);
  assert.equal(kairos(["keys", "verify", "--file", `${file}.json`, ...common]).status, 0);
  const missing = kairos(["keys", "verify", "--file", `${file}.json`, "--kind", "ed25519"]);
  assert.deepEqual([missing.status, missing.stdout], [2, ""]);
  const variable = { KAIROS_KEY_PASSWORD: "a good password" };
  assert.equal(kairos(["keys", "verify", "--file", `${file}.json`, "--kind", "ed25519"], variable).status, 0);
});

test("a keystore gets another password, becomes a raw file again, and no output ever shows a secret", () => {
  const out = join(dir, "secrets");
  writeFileSync(join(dir, "old"), "an old password\n");
  writeFileSync(join(dir, "new"), "a new password\n");
  const [raw, first, second, back] = ["bls.key", "a.json", "b.json", "c.key"].map((name) => join(out, name)) as [
    string,
    ...string[],
  ];
  const runs = [
    ["generate", "--out", out, "--chain-id", "52470", "--json"],
    ["encrypt", "--kind", "bls", "--file", raw, "--out", first!, "--password-file", "old"],
    [
      "encrypt",
      "--kind",
      "bls",
      "--file",
      first!,
      "--out",
      second!,
      "--old-password-file",
      "old",
      "--password-file",
      "new",
    ],
    ["decrypt", "--kind", "bls", "--file", second!, "--out", back!, "--password-file", "new", "--json"],
    ["verify", "--entry", join(out, "validator.json"), "--chain-id", "52470"],
  ].map((words) => kairos(["keys", ...words]));
  for (const { status, stderr } of runs) assert.equal(status, 0, stderr);
  assert.equal(readFileSync(back!, "utf8"), readFileSync(raw, "utf8"));
  assert.equal(statSync(back!).mode & 0o777, 0o600);
  const secret = readFileSync(raw, "utf8").trim();
  for (const { stdout, stderr } of runs) assert.ok(!`${stdout}${stderr}`.includes(secret));
});

test("generated configurations pass the check; a broken one exits 2 with all problems and no stack", () => {
  const made = kairos(["generate-configs", "--output-dir", "net", "--n", "1", "--f", "0", "--json"]);
  assert.equal(made.status, 0, made.stderr);
  assert.ok(!/"secret"/.test(made.stdout));
  const check = ["config", "check", "--config", "net/node0/config.toml"];
  const checked = kairos([...check, "--json"]);
  assert.equal(checked.status, 0, checked.stderr);
  assert.equal(JSON.parse(checked.stdout).jsonrpc.listen_addr, "127.0.0.1:8545");
  const broken = kairos(check, { NODE_CONSENSUS__NN: "1", NODE_P2P__LISTEN_ADDR: "x" });
  assert.equal(broken.status, 2);
  assert.match(broken.stderr, /consensus\.nn in NODE_CONSENSUS__NN; did you mean consensus\.n\?/);
  assert.match(broken.stderr, /p2p\.listen_addr[\s\S]*hint: /);
  assert.doesNotMatch(broken.stderr, /\n\s+at /);
  assert.match(kairos([...check, "--debug"], { NODE_CONSENSUS__NN: "1" }).stderr, /\n\s+at /);
  const other = kairos(check, { NODE_CONSENSUS__NETWORK: "devnet" });
  assert.equal(other.status, 2);
  assert.match(other.stderr, /consensus\.network is devnet, but the genesis file says local/);
});

test("a wrong word or option is a mistake with help", () => {
  assert.equal(kairos(["versoin"]).status, 1);
  const option = kairos(["generate-configs", "--n", "many"]);
  assert.equal(option.status, 1);
  assert.match(option.stderr, /want an integer/);
});
