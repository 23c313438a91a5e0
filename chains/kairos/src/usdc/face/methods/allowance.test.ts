import assert from "node:assert/strict";
import { callToken, type Person } from "../../testing/token.ts";
import { testFace } from "../../testing/worlds.ts";

testFace("approvals set, raise and lower an allowance, each with its event", (world) => {
  const steps = [
    ["approve", 10n, 10n],
    ["increaseAllowance", 5n, 15n],
    ["decreaseAllowance", 15n, 0n],
    ["approve", 2n ** 256n - 1n, 2n ** 256n - 1n],
    ["increaseAllowance", 0n, 2n ** 256n - 1n],
  ] as const;
  for (const [method, given, after] of steps) {
    const sent = callToken(world, "alice", method, ["bob", given]);
    assert.equal(sent.value, true);
    assert.deepEqual(sent.events, [`Approval(alice, bob, ${after})`]);
    assert.equal(callToken(world, "carol", "allowance", ["alice", "bob"]).value, after);
  }
  assert.equal(callToken(world, "carol", "allowance", ["bob", "alice"]).value, 0n);
});

testFace("approvals refuse for FiatTokenV2_2's reasons", (world) => {
  const reason = (from: Person, method: string, to: Person, units: bigint) =>
    callToken(world, from, method, [to, units]).reason;
  const methods = ["approve", "increaseAllowance", "decreaseAllowance"];
  for (const method of methods) {
    assert.equal(reason("alice", method, "zero", 0n), "ERC20: approve to the zero address");
    assert.equal(reason("zero", method, "alice", 0n), "ERC20: approve from the zero address");
    // FiatTokenV2_2 no longer asks the blacklist here.
    assert.equal(reason("frozen", method, "frozen", 0n), undefined);
  }
  callToken(world, "alice", "approve", ["bob", 3n]);
  assert.equal(reason("alice", "increaseAllowance", "bob", 2n ** 256n - 3n), "SafeMath: addition overflow");
  assert.equal(reason("alice", "decreaseAllowance", "bob", 4n), "ERC20: decreased allowance below zero");
  callToken(world, "pauser", "pause");
  for (const method of methods) assert.equal(reason("alice", method, "bob", 1n), "Pausable: paused");
  assert.equal(callToken(world, "alice", "allowance", ["alice", "bob"]).value, 3n);
});
