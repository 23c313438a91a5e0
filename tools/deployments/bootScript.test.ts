import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { loadConfig } from "../../apps/cli/src/config/loadConfig.ts";
import { missing } from "./testing/installed.ts";
import { type Block, type Module, moduleFolder, readModule } from "./testing/terraform.ts";

const skip = missing("terraform", "version") || missing("bash", "--version");
const shellcheck = missing("shellcheck", "--version");
const image = `registry.example.org/kairos-node@sha256:${"ab".repeat(32)}`;

/** What a plan would know, for the references of the scripts. */
const VALUES: Readonly<Record<string, string>> = {
  "var.image": JSON.stringify(image),
  "var.network": '"devnet"',
  "var.project": '"a-project"',
  "var.allowed_hosts": '["rpc.example.org"]',
  "each.value.first_start": "true",
  "path.module": JSON.stringify(moduleFolder("aws")),
};

const scripts: readonly (readonly [string, string, Module, Block, string])[] = [
  ...(await scriptsOf(
    "aws",
    "aws_instance.validator",
    "user_data_base64",
    "aws_launch_template.follower",
    "user_data",
  )),
  ...(await scriptsOf(
    "gcp",
    "google_compute_instance.validator",
    "metadata",
    "google_compute_region_instance_template.follower",
    "metadata",
  )),
];

async function scriptsOf(name: string, validator: string, key: string, follower: string, followerKey: string) {
  const module = await readModule(name);
  return [
    [name, "validator", module, module.resources.get(validator)!, key],
    [name, "follower", module, module.resources.get(follower)!, followerKey],
  ] as const;
}

for (const [name, role, module, block, key] of scripts) {
  test(`${name}: the start of a ${role} is a script without mistakes that starts a configuration a node accepts`, {
    skip,
  }, (t) => {
    const script = evaluate(t, module, expressionOf(block[key]));
    const dir = mkdtempSync(join(tmpdir(), "kairos-boot-"));
    t.after(() => rmSync(dir, { recursive: true }));
    const file = join(dir, "node.sh");
    writeFileSync(file, script);
    assert.equal(spawnSync("bash", ["-n", file]).status, 0, script);
    if (shellcheck === false) {
      const checked = spawnSync("shellcheck", ["--severity=warning", file], { encoding: "utf8" });
      assert.equal(checked.status, 0, checked.stdout);
    } else t.diagnostic(shellcheck);
    assert.ok(script.includes(` ${image} `), "the container runs the wanted image");
    const config = /cat >\/etc\/kairos\/config\.yaml <<'CONFIG'\n([\s\S]*?)\nCONFIG\n/.exec(script)![1]!;
    const path = join(dir, "config.yaml");
    writeFileSync(path, config);
    const loaded = loadConfig({ path });
    assert.equal(loaded.storage.path, "/var/lib/kairos/data");
    assert.equal(loaded.consensus.network, "devnet");
    assert.equal(loaded.admin.enabled, false);
    const isValidator = role === "validator";
    assert.equal(loaded.identity.blsSecretKeyPath !== undefined, isValidator);
    assert.equal(loaded.jsonrpc.listenAddr.host, isValidator ? "127.0.0.1" : "0.0.0.0");
    assert.equal(loaded.jsonrpc.allowedHosts.includes("rpc.example.org"), !isValidator);
    const command = isValidator
      ? "run --config /etc/kairos/config.yaml --accept-journal-loss"
      : "rpc-run --config /etc/kairos/config.yaml";
    assert.ok(script.includes(`${image} ${command}\n`));
    const published = [...script.matchAll(/--publish (\d+):/g)].map((match) => match[1]);
    assert.deepEqual(published, isValidator ? ["9000", "9090"] : ["9000", "8545", "50051", "9090"]);
    assert.equal(
      /chmod|chown 10001:10001 \/run\/kairos\/keys\/\*/.test(script) && script.includes("umask 077"),
      isValidator,
    );
  });
}

/** The call of templatefile inside an argument, or inside the mapping of one. */
function expressionOf(value: unknown): string {
  const text = typeof value === "string" ? value : (value as Block)["startup-script"];
  const call = /templatefile\([\s\S]*\)/.exec(String(text))![0];
  return call.slice(0, end(call));
}

/** Where the call that a text begins with ends. */
function end(call: string): number {
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < call.length; at++) {
    const char = call[at]!;
    if (char === "\\") at++;
    else if (char === '"') isQuoted = !isQuoted;
    else if (!isQuoted && char === "(") depth++;
    else if (!isQuoted && char === ")" && --depth === 0) return at + 1;
  }
  throw new Error("the call does not end");
}

/** Terraform's own evaluation, with values in the place of what only a plan knows. */
function evaluate(t: TestContext, { locals }: Module, expression: string): string {
  const dir = mkdtempSync(join(tmpdir(), "kairos-console-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const lines = [...locals].flatMap(([id, value]) =>
    typeof value === "string" ? [`${id} = ${withValues(quoted(value))}`] : [],
  );
  const wanted = lines.filter(
    (line) => expression.includes("local.") && !line.startsWith("zones") && !line.startsWith("machines"),
  );
  writeFileSync(join(dir, "main.tf"), `locals {\n${[...wanted, `script = ${withValues(expression)}`].join("\n")}\n}\n`);
  const input = "jsonencode(local.script)\n";
  const { status, stdout, stderr } = spawnSync("terraform", ["console", "-no-color"], {
    cwd: dir,
    input,
    encoding: "utf8",
  });
  assert.equal(status, 0, `${stderr}\n${stdout}`);
  return JSON.parse(JSON.parse(stdout.slice(stdout.indexOf('"'))) as string) as string;
}

/** A local is an expression in full, or a text with expressions in it. */
function quoted(value: string): string {
  return /^\$\{(join\([\s\S]*)\}$/.exec(value)?.[1] ?? JSON.stringify(value);
}

function withValues(expression: string): string {
  return expression.replaceAll(
    /(?<![\w.])((?:aws|google)_\w+\.\w+(?:\[[\w."]+\])?(?:\.\w+)+|data\.\w+\.\w+\.\w+|each\.value\.\w+|each\.key|var\.\w+|path\.module)/g,
    (reference) => VALUES[reference] ?? '"a-name"',
  );
}
