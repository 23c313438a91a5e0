import assert from "node:assert/strict";
import { test } from "node:test";
import { runTwins } from "./runTwins.ts";
import { drawTwinsCases, isRepresentative, TWIN_CASES, TWIN_NODES, TWIN_ROUNDS } from "./twinsCases.ts";

test("cases are distinct representatives of their classes", () => {
  assert.equal(TWIN_CASES, 5 * 365 ** 4);
  const cases = drawTwinsCases(300, 3);
  assert.equal(new Set(cases.map((each) => JSON.stringify(each))).size, 300);
  assert.deepEqual([...new Set(cases.map(({ twin }) => twin))].sort(), [1, 2, 3, 4, 5]);
  for (const each of cases) {
    assert.ok(isRepresentative(each));
    assert.equal(each.groups.length, TWIN_ROUNDS);
    for (const round of each.groups) assert.ok(round.length === TWIN_NODES && Math.max(...round) <= 2);
  }
});

test("systematic twins: no case breaks safety, and ten blocks become final after each attack", (t) => {
  let rivals = 0;
  let slowest = 0;
  for (const each of drawTwinsCases(200, 1)) {
    const outcome = runTwins(each);
    assert.deepEqual(outcome.violations, [], JSON.stringify(each));
    assert.ok(outcome.recoveredMs !== undefined, `no ten final blocks after ${JSON.stringify(each)}`);
    rivals += outcome.rivals;
    slowest = Math.max(slowest, outcome.recoveredMs);
  }
  t.diagnostic(`${rivals} views with two proposals, ten new blocks after at most ${slowest} ms`);
  assert.ok(rivals > 0);
});
