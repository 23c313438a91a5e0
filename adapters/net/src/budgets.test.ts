import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PeerBudgets } from "./budgets.ts";
import { backoffMs } from "./dialer.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { BanList, PeerScore } from "./penalties.ts";
import { TokenBucket } from "./tokenBucket.ts";

describe("budgets (kairos N7)", () => {
  it("a bucket gives its burst, then its rate", () => {
    const bucket = new TokenBucket(10, 3, 0);
    assert.deepEqual(
      [1, 2, 3, 4].map(() => bucket.take(1, 0)),
      [true, true, true, false],
    );
    assert.equal(bucket.waitMs(1, 0), 100);
    assert.equal(bucket.take(1, 99), false);
    assert.equal(bucket.take(1, 100), true);
    assert.equal(bucket.waitMs(3, 1_000_000), 0);
    assert.deepEqual(
      [1, 2, 3, 4].map(() => bucket.take(1, 1_000_000)),
      [true, true, true, false],
    );
  });

  it("lets one amount above the burst pass when full, and makes the next wait for it", () => {
    const bucket = new TokenBucket(1000, 100, 0);
    assert.equal(bucket.take(500, 0), true);
    assert.equal(bucket.waitMs(1, 0), 401);
  });

  it("a clock that goes back gives nothing", () => {
    const bucket = new TokenBucket(10, 1, 1000);
    assert.equal(bucket.take(1, 1000), true);
    assert.equal(bucket.take(1, 0), false);
  });

  it("counts each class apart, bytes over all, and a tenth while throttled", () => {
    const limits = { ...DEFAULT_LIMITS, vote: { perSecond: 10, burst: 10 }, bytes: { perSecond: 1000, burst: 1000 } };
    const budgets = new PeerBudgets(limits, 0);
    for (let i = 0; i < 10; i++) assert.equal(budgets.pay("vote", 1, false, 0), 0);
    assert.equal(budgets.pay("vote", 1, false, 0), 100);
    assert.equal(budgets.pay("proposal", 990, false, 0), 0);
    assert.equal(budgets.pay("other", 100, false, 0), 100);
    const slow = new PeerBudgets(limits, 0);
    assert.equal(slow.pay("vote", 1, true, 0), 0);
    assert.equal(slow.pay("vote", 1, true, 0), 1000);
  });
});

describe("penalties (kairos N8)", () => {
  it("tells once that the limit is reached, and lets go below half of it", () => {
    const score = new PeerScore();
    assert.deepEqual([score.add(60, 0), score.add(40, 0), score.add(40, 0)], [false, true, false]);
    assert.equal(score.isLimited(90_000), true);
    assert.equal(score.isLimited(91_000), false);
    assert.equal(score.value(200_000), 0);
    assert.equal(score.add(100, 200_000), true);
  });

  it("doubles a ban each time, up to a day", () => {
    const bans = new BanList(600_000);
    assert.equal(bans.ban("a", 0), 600_000);
    assert.equal(bans.isBanned("a", 599_999), true);
    assert.equal(bans.isBanned("a", 600_000), false);
    assert.equal(bans.ban("a", 0), 1_200_000);
    for (let i = 0; i < 20; i++) bans.ban("a", 0);
    assert.equal(bans.ban("a", 0), 86_400_000);
    assert.equal(bans.isBanned("b", 0), false);
  });

  it("forgets the oldest ban when strangers make too many keys", () => {
    const bans = new BanList(1000);
    for (let i = 0; i < 5000; i++) bans.ban(`key ${i}`, 0);
    assert.deepEqual([bans.isBanned("key 0", 1), bans.isBanned("key 4999", 1)], [false, true]);
  });
});

describe("back-off (kairos N2)", () => {
  it("doubles from 250 ms to 10 s with a fifth of jitter either way", () => {
    assert.deepEqual(
      [0, 1, 2, 6, 99].map((a) => backoffMs(a, 250, 10_000, 0.5)),
      [250, 500, 1000, 10_000, 10_000],
    );
    assert.deepEqual([backoffMs(0, 250, 10_000, 0), backoffMs(0, 250, 10_000, 0.999999)], [200, 300]);
  });
});
