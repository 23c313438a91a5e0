import assert from "node:assert/strict";
import { test } from "node:test";
import { renderTable } from "./table.ts";

test("the table shows a running and a stopped validator with aligned columns", () => {
  const report = {
    kind: "report",
    view: 120,
    finalizedHeight: 118,
    finalizedPayments: 5400,
    nullifiedViews: 1,
    peers: 5,
    rssBytes: 150 * 1048576,
    sentBytes: 0,
    cpuUs: 0,
    pending: 12,
    proposed: [],
    entered: [],
    finalized: [],
  } as const;
  const lines = renderTable(
    [
      { node: 0, state: "running", report, paymentsPerSecond: 250.4 },
      { node: 1, state: "stopped", report: undefined, paymentsPerSecond: 0 },
    ],
    {
      elapsedS: 12,
      finalityMs: { p50: 9.5, p99: 21 },
      paymentFinalityMs: { p50: null, p99: null },
      rpc: "http://127.0.0.1:8545+i",
      dashboard: "http://127.0.0.1:8080+i",
    },
  );
  assert.equal(lines[0]?.length, lines[1]?.length);
  assert.equal(lines[1]?.length, lines[2]?.length);
  assert.match(lines[1] ?? "", /running {2} {6}120 {2} {9}118 {2} {7}250 {2} {6}5400/);
  assert.match(lines[2] ?? "", /stopped/);
  assert.match(lines.at(-1)!, /8545\+i {3}dashboard: http:\/\/127\.0\.0\.1:8080\+i {3}stop/);
  assert.match(lines[4] ?? "", /p50 9\.5 ms, p99 21 ms {3}payment finality p50 -, p99 -/);
});
