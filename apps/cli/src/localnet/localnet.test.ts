import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { freePorts } from "../testing/freePorts.ts";
import { NodeProcess } from "../testing/nodeProcess.ts";
import { waitUntil } from "../testing/waitUntil.ts";
import type { LocalnetReport } from "./runLocalnet.ts";

test("kairos localnet runs six processes under payments and prints its report", { timeout: 90_000 }, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-localnet-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const base = await freePorts(31);
  const ports = [
    "--rpc-port",
    `${base}`,
    "--p2p-port",
    `${base + 6}`,
    "--metrics-port",
    `${base + 12}`,
    "--grpc-port",
    `${base + 19}`,
    "--visualizer-port",
    `${base + 25}`,
  ];
  const load = ["--n", "6", "--rate", "20", "--duration", "3", "--accounts", "20", "--json"];
  const run = new NodeProcess("localnet", ...load, "--dir", join(dir, "net"), ...ports);
  const dashboards = Array.from({ length: 6 }, (_, i) => `http://127.0.0.1:${base + 25 + i}/api/health`);
  const finalizedView = (url: string): Promise<number> =>
    fetch(url).then(
      async (response) => Number(((await response.json()) as { finalized_view: string }).finalized_view),
      () => 0,
    );
  await waitUntil("six dashboards follow the chain", 40_000, async () => {
    return (await Promise.all(dashboards.map(finalizedView))).every((view) => view > 0);
  });
  assert.equal(await run.exited(), 0, run.output);
  const last = run.output.trimEnd().split("\n").at(-1)!;
  const report = JSON.parse(last) as LocalnetReport;
  assert.equal(report.validators, 6);
  assert.equal(report.stateRootsAgree, true);
  assert.equal(report.restarts, 0);
  assert.equal(report.refused, 0);
  assert.ok(report.finalizedPayments >= 1, run.output);
  assert.ok(report.finalityMs.p50 !== null && report.paymentFinalityMs.p50 !== null && report.viewMs.p99 !== null);
});
