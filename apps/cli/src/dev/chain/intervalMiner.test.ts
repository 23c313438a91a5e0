import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { createIntervalMiner } from "./intervalMiner.ts";

/** Lets promises settle that timers have started. */
const settle = async () => {
  for (let i = 0; i < 5; i++) await Promise.resolve();
};

test("blocks come at the pace that is set, until it is set to none", async (t) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
  let mined = 0;
  const miner = createIntervalMiner(
    async () => {
      mined++;
    },
    () => assert.fail("mining does not fail here"),
  );
  miner.set(1_000);
  mock.timers.tick(999);
  assert.equal(mined, 0);
  for (let i = 1; i <= 3; i++) {
    mock.timers.tick(1_000);
    await settle();
    assert.equal(mined, i);
  }
  miner.set(100);
  assert.equal(miner.intervalMs, 100);
  mock.timers.tick(100);
  await settle();
  assert.equal(mined, 4);
  miner.set(0);
  mock.timers.tick(10_000);
  await settle();
  assert.equal(mined, 4);
});

test("a block that cannot be made ends the pace and is told", async (t) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
  const failures: unknown[] = [];
  const miner = createIntervalMiner(
    () => Promise.reject(new Error("disk")),
    (error) => failures.push(error),
  );
  miner.set(10);
  for (let i = 0; i < 3; i++) {
    mock.timers.tick(10);
    await settle();
  }
  assert.equal(failures.length, 1);
});
