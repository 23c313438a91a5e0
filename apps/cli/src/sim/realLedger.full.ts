import assert from "node:assert/strict";
import { test } from "node:test";
import { runCampaign } from "./runCampaign.ts";

test("60 seeds of payments and contract calls under faults: roots agree, USDC is conserved, all becomes final", async (t) => {
  const result = await runCampaign({
    first: 200,
    count: 60,
    overrides: {},
    ledger: "kairos",
    onProgress: () => undefined,
  });
  assert.deepEqual(result.failures, []);
  assert.equal(result.seeds, 60);
  t.diagnostic(`${result.seedsPerMinute} seeds a minute`);
});
