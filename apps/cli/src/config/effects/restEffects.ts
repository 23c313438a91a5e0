import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateIdentity, loadIdentity, shareFiles } from "../../keys/identity.ts";
import { writeKeyFile } from "../../keys/keyFile.ts";
import { createNodeLogger } from "../../run/nodeLogger.ts";
import type { Config } from "../schema.ts";
import { configWith, type Effect, passes, refused, shownBy, type Values } from "./effect.ts";

const fresh = generateIdentity();
const signerTest = "signer/remoteSigner.test.ts";

/** Runs with key files in a folder that goes away afterwards. */
function withKeys(key: string, check: (dir: string, files: Values) => void): Effect {
  return {
    key,
    check: () => {
      const dir = mkdtempSync(join(tmpdir(), "kairos-effect-"));
      const files = {
        "identity.bls_secret_key_path": join(dir, "bls.key"),
        "identity.ed25519_secret_key_path": join(dir, "ed25519.key"),
      };
      try {
        check(dir, files);
      } finally {
        rmSync(dir, { recursive: true });
      }
    },
  };
}

const load = (values: Values) => loadIdentity(configWith(values), undefined);

const identityEffects: readonly Effect[] = [
  ...(["bls", "ed25519"] as const).map((kind) =>
    withKeys(`identity.${kind}_secret_key_path`, (dir, files) => {
      const own = join(dir, "own.key");
      writeKeyFile(own, fresh[kind]);
      assert.deepEqual(load({ ...files, [`identity.${kind}_secret_key_path`]: own })[kind], fresh[kind]);
    }),
  ),
  withKeys("identity.generate_if_missing", (_dir, files) => {
    assert.throws(() => load({ ...files, "identity.generate_if_missing": false }), { code: "KEY_FILE" });
    load(files);
    assert.ok(Object.values(files).every((path) => existsSync(path as string)));
  }),
  withKeys("identity.share_key_path", (dir, files) => {
    const path = join(dir, "share.key");
    const share = { ...fresh.bls, kind: "share_m" } as const;
    writeKeyFile(shareFiles(path).m, share);
    writeKeyFile(shareFiles(path).l, { ...share, kind: "share_l" });
    assert.equal(load(files).shareM, undefined);
    assert.deepEqual(load({ ...files, "identity.share_key_path": path }).shareM, share);
  }),
  withKeys("identity.allow_insecure_permissions", (_dir, files) => {
    load(files);
    chmodSync(files["identity.bls_secret_key_path" as keyof typeof files] as string, 0o644);
    assert.throws(() => load(files), { code: "KEY_PERMISSIONS" });
    load({ ...files, "identity.allow_insecure_permissions": true });
  }),
  withKeys("identity.password_file", (dir, files) => {
    const password = join(dir, "password");
    writeFileSync(password, "words\n");
    load({ ...files, "identity.password_file": password });
    assert.throws(() => load(files), { code: "KEY_PASSWORD" });
  }),
  shownBy("identity.remote_signer", "keys/identity.ts", [signerTest, "a validator finalizes with its key in another"]),
  shownBy("identity.remote_signer_timeout", "keys/identity.ts", [signerTest, "a signer that freezes costs one wait"]),
];

/** What the logger of a configuration writes of an info line. */
function written(config: Config): string {
  const lines: string[] = [];
  createNodeLogger(config, (line) => void lines.push(line)).log("info", "hi");
  return lines.join("");
}

const tracingTest = "telemetry/tracing/tracing.test.ts";

/** Sections `identity`, `channels`, `logging`, `tracing`, `workers`, and the rest of `mempool`. */
export const restEffects: readonly Effect[] = [
  ...identityEffects,
  refused("channels.store_path", "channels"),
  refused("channels.watchtowers", ["http://127.0.0.1:1"]),
  refused("channels.min_reserve", "1"),
  refused("channels.htlc_delta", "1h"),
  refused("channels.htlc_safety", "1h"),
  refused("channels.default_challenge_period", "1h"),
  passes("logging.level", "warn", written, ""),
  passes("logging.format", "json", (c) => written(c).includes('"msg":"hi"'), true),
  shownBy("logging.file", "run/nodeLogger.ts", ["run/journalLoss.test.ts", "a wiped single validator makes no block"]),
  shownBy("logging.max_size_mb", "run/nodeLogger.ts", ["telemetry/rotatingFile.test.ts", "full files are put aside"]),
  shownBy("logging.max_files", "run/nodeLogger.ts", ["telemetry/rotatingFile.test.ts", "full files are put aside"]),
  shownBy("tracing.enabled", "telemetry/tracing/startTracing.ts", [tracingTest, "nothing is sent while it is off"]),
  shownBy("tracing.otlp_endpoint", "telemetry/tracing/startTracing.ts", [tracingTest, "a payment's life is one trace"]),
  shownBy("tracing.sample_ratio", "telemetry/tracing/startTracing.ts", [tracingTest, "the same part of the payments"]),
  shownBy("workers.signature", "node/kairosNode.ts", ["node/verify/pack.test.ts", "packed envelopes come out"]),
  shownBy("workers.execution", "node/interfaces.ts", ["calls/createCallService.test.ts", "see the finalized state"]),
  shownBy("mempool.regossip_interval", "node/housekeeping.ts", [
    "node/gossip/transactionGossip.test.ts",
    "beyond the queue's size a transaction is spread once",
  ]),
];
