import assert from "node:assert/strict";
import { test } from "node:test";
import { runTwins } from "./runTwins.ts";
import { drawTwinsCases } from "./twinsCases.ts";

test("5,000 systematic twins cases, ten final blocks after each attack", (t) => {
  let rivals = 0;
  for (const each of drawTwinsCases(5000, 2)) {
    const outcome = runTwins(each);
    assert.deepEqual(outcome.violations, [], JSON.stringify(each));
    assert.ok(outcome.recoveredMs !== undefined, `no ten final blocks after ${JSON.stringify(each)}`);
    rivals += outcome.rivals;
  }
  t.diagnostic(`${rivals} views with two proposals`);
});
