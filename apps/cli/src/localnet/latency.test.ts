import assert from "node:assert/strict";
import { test } from "node:test";
import { NetworkLatency } from "./latency.ts";
import type { NodeReport } from "./nodeReport.ts";

const empty: NodeReport = {
  kind: "report",
  view: 0,
  finalizedHeight: 0,
  finalizedPayments: 0,
  nullifiedViews: 0,
  peers: 0,
  rssBytes: 0,
  sentBytes: 0,
  cpuUs: 0,
  pending: 0,
  proposed: [],
  entered: [],
  finalized: [],
};

test("finality is the time from the leader's proposal to each replica's L-notarization, in any order of reports", () => {
  const latency = new NetworkLatency();
  latency.add(1, { ...empty, finalized: [[7, 12_000]] });
  latency.add(0, { ...empty, proposed: [[7, 2_000]] });
  latency.add(2, { ...empty, finalized: [[7, 14_000]] });
  assert.deepEqual(latency.finalityMs.summary(), { p50: 10, p99: 12 });
});

test("view time counts consecutive views of one process only", () => {
  const latency = new NetworkLatency();
  latency.add(0, {
    ...empty,
    entered: [
      [1, 0],
      [2, 5_000],
      [9, 50_000],
    ],
  });
  latency.forget(0);
  latency.add(0, {
    ...empty,
    entered: [
      [10, 99_000],
      [11, 106_000],
    ],
  });
  assert.deepEqual(latency.viewMs.summary(), { p50: 5, p99: 7 });
});
