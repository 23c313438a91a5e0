import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { UserError } from "../errors.ts";
import { prepareNetwork } from "./prepareNetwork.ts";
import { runLocalnet } from "./runLocalnet.ts";

test("a local network whose validator cannot start says why, in the validator's words", {
  timeout: 60_000,
}, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-failed-start-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const ports = { rpcPort: 0, p2pPort: 0, metricsPort: 0, grpcPort: 0 };
  const shape = { dir: join(dir, "net"), n: 1, f: 0, scheme: "multisig", accounts: 2 } as const;
  const network = prepareNetwork({ ...shape, ...ports, blockIntervalMs: 100, clean: false });
  appendFileSync(network.nodes[0]!.configFile, "\n[nonsense]\nkey = 1\n");
  const running = runLocalnet({
    ...{ network, ratePerSecond: 0, inFlightMax: 1, durationS: 1, signal: new AbortController().signal },
    program: fileURLToPath(new URL("../kairos.ts", import.meta.url)),
    say: () => undefined,
    display: undefined,
  });
  await assert.rejects(running, (error: UserError) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /^validator 0 does not start: .*nonsense/);
    assert.match(error.hint, /--clean/);
    return true;
  });
});
