import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Command } from "commander";
import { loadConfig } from "../config/loadConfig.ts";
import { flagValues } from "./nodeFlags.ts";
import { register as registerRpcRun } from "./rpcRun.ts";
import { register as registerRun } from "./run.ts";

const keys = { logLevel: ["logging.level", "--log-level"] } as const;

test("--otlp-endpoint switches tracing on, over the file and the environment (X2)", (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-flags-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const path = join(dir, "node.toml");
  const file = '[storage]\npath = "data"\n[tracing]\nenabled = false\notlp_endpoint = "http://file:1/v1/traces"\n';
  writeFileSync(path, file);
  const env = { NODE_TRACING__ENABLED: "false", NODE_TRACING__OTLP_ENDPOINT: "http://variable:1/v1/traces" };
  const tracingOf = (flags: object) => loadConfig({ path, env, flags: flagValues(flags, keys) }).tracing;
  const asked = tracingOf({ otlpEndpoint: "http://flag:4318/v1/traces" });
  assert.deepEqual([asked.enabled, asked.otlpEndpoint], [true, "http://flag:4318/v1/traces"]);
  assert.equal(tracingOf({ logLevel: "debug" }).enabled, false);
  assert.throws(() => tracingOf({ otlpEndpoint: "collector" }), /--otlp-endpoint/);
});

test("flags that were not given say nothing", () => {
  assert.deepEqual(flagValues({}, keys), {});
  assert.deepEqual(flagValues({ logLevel: undefined, other: 1 }, keys), {});
  assert.deepEqual(flagValues({ logLevel: "warn" }, keys), { "logging.level": { value: "warn", flag: "--log-level" } });
});

test("validators and followers have the flag", () => {
  for (const register of [registerRun, registerRpcRun]) {
    const program = new Command("kairos");
    register(program);
    assert.ok(program.commands[0]!.options.some(({ long }) => long === "--otlp-endpoint"));
  }
});
