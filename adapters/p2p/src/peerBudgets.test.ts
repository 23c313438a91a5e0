import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { defaultP2pLimits } from "./limits.ts";
import { PeerBudgets } from "./peerBudgets.ts";

describe("budgets of a peer (kratos-core 12.8)", () => {
  let now = 0;
  let bans: string[] = [];
  let budgets: PeerBudgets;
  beforeEach(() => {
    now = 0;
    bans = [];
    budgets = new PeerBudgets(
      defaultP2pLimits,
      () => now,
      (peer, reason) => void bans.push(`${peer} ${reason}`),
    );
  });

  it("lets a peer bring 100 messages in ten seconds that are not accepted", () => {
    for (let i = 0; i < 100; i++) {
      assert.equal(budgets.mayBring("a"), true);
      budgets.unaccepted("a");
    }
    assert.equal(budgets.mayBring("a"), false);
    assert.equal(budgets.mayBring("b"), true, "others have budgets of their own");
    now = 10_000;
    assert.equal(budgets.mayBring("a"), true);
  });

  it("bans at the fifth violation within an hour, of which a burst makes one in ten seconds", () => {
    const flood = (): void => {
      for (let i = 0; i < 500; i++) if (budgets.mayBring("a")) budgets.unaccepted("a");
    };
    for (const at of [0, 10_000, 20_000, 30_000]) {
      now = at;
      flood();
    }
    assert.deepEqual(bans, []);
    now = 40_000;
    flood();
    assert.deepEqual(bans, ["a GOSSIP_RATE"]);
  });

  it("names the flood for which it bans: all messages together, and bytes", () => {
    for (let i = 0; i < 5; i++) {
      now = i * 10_000;
      budgets.takeMessages("a", 2_001);
      budgets.takeBytes("b", 10 * 1_048_576 + 1);
    }
    assert.deepEqual(bans, ["a GOSSIP_TOTAL", "b BYTES_RATE"]);
  });

  it("forgets violations after an hour", () => {
    for (let i = 0; i < 20; i++) {
      now = i * 1_000_000;
      budgets.violation("a", "REQUEST_MALFORMED");
    }
    assert.deepEqual(bans, []);
  });

  it("counts each wrong frame, also within ten seconds", () => {
    for (let i = 0; i < 5; i++) budgets.violation("a", "REQUEST_TOO_LARGE");
    assert.deepEqual(bans, ["a REQUEST_TOO_LARGE"]);
  });

  it("looks at 2,000 messages of all kinds, and at 10 MiB", () => {
    assert.equal(budgets.takeMessages("a", 1_990), 1_990);
    assert.equal(budgets.takeMessages("a", 100), 10);
    assert.equal(budgets.takeMessages("a", 1), 0);
    assert.equal(budgets.takeBytes("b", 10 * 1_048_576), true);
    assert.equal(budgets.takeBytes("b", 1), false);
    now = 10_000;
    assert.equal(budgets.takeBytes("b", 1), true);
  });

  it("sends less than a peer takes, and bulk at most half of it", () => {
    const sent = (bulk: boolean): number => {
      let count = 0;
      while (budgets.maySend("a", 100, bulk)) count += 1;
      return count;
    };
    assert.equal(sent(true), 900);
    assert.equal(sent(false), 900);
    now = 20_000;
    assert.equal(budgets.maySend("a", 9 * 1_048_576, false), true);
    assert.equal(budgets.maySend("a", 1_048_576, false), false);
    assert.deepEqual(bans, []);
  });
});
