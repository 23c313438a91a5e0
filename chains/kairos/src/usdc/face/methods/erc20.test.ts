import assert from "node:assert/strict";
import { nativePerUnit } from "../../money.ts";
import type { FaceWorld } from "../../testing/faceWorld.ts";
import type { Person } from "../../testing/token.ts";
import { callToken, people, unit } from "../../testing/token.ts";
import { testFace } from "../../testing/worlds.ts";

const balanceOf = (world: FaceWorld, name: Person) => callToken(world, "stranger", "balanceOf", [name]).value;

testFace("transfer moves units, logs once and answers true", (world) => {
  const sent = callToken(world, "alice", "transfer", ["bob", 5n * unit]);
  assert.equal(sent.value, true);
  assert.deepEqual(sent.events, [`Transfer(alice, bob, ${5n * unit})`]);
  assert.deepEqual([balanceOf(world, "alice"), balanceOf(world, "bob")], [995n * unit, 1_005n * unit]);
  assert.equal(world.balance(people.bob), 1_005n * unit * nativePerUnit);
});

testFace("transfer of nothing and to oneself log once and move nothing", (world) => {
  assert.deepEqual(callToken(world, "alice", "transfer", ["bob", 0n]).events, ["Transfer(alice, bob, 0)"]);
  const all = callToken(world, "alice", "transfer", ["alice", 1_000n * unit]);
  assert.deepEqual(all.events, [`Transfer(alice, alice, ${1_000n * unit})`]);
  assert.equal(balanceOf(world, "alice"), 1_000n * unit);
});

testFace("U3: dust stays, and is seen by two views only", (world) => {
  world.setAccount(people.alice, 3n * nativePerUnit + 7n);
  assert.equal(balanceOf(world, "alice"), 3n);
  assert.equal(callToken(world, "bob", "dustOf", ["alice"]).value, 7n);
  assert.equal(callToken(world, "bob", "nativeBalanceOf", ["alice"]).value, 3n * nativePerUnit + 7n);
  assert.equal(callToken(world, "alice", "transfer", ["bob", 4n]).reason, "ERC20: transfer amount exceeds balance");
  assert.equal(callToken(world, "alice", "transfer", ["bob", 3n]).value, true);
  assert.equal(world.balance(people.alice), 7n);
});

testFace("transfer refuses for FiatTokenV2_2's reasons, in its order", (world) => {
  const reason = (from: Person, to: Person, units: bigint) => callToken(world, from, "transfer", [to, units]).reason;
  assert.equal(reason("alice", "bob", 1_000n * unit + 1n), "ERC20: transfer amount exceeds balance");
  assert.equal(reason("alice", "bob", 2n ** 256n - 1n), "ERC20: transfer amount exceeds balance");
  assert.equal(reason("alice", "zero", 1n), "ERC20: transfer to the zero address");
  assert.equal(reason("zero", "alice", 0n), "ERC20: transfer from the zero address");
  assert.equal(reason("frozen", "alice", 1n), "Blacklistable: account is blacklisted");
  assert.equal(reason("alice", "frozen", 1n), "Blacklistable: account is blacklisted");
  assert.equal(reason("alice", "face", 1n), "Blacklistable: account is blacklisted");
  callToken(world, "pauser", "pause");
  assert.equal(reason("frozen", "zero", 2n ** 256n - 1n), "Pausable: paused");
  assert.equal(balanceOf(world, "alice"), 1_000n * unit);
});

testFace("a balance that FiatTokenV2_2 could not hold is refused", (world) => {
  world.setAccount(people.bob, 2n ** 255n - nativePerUnit);
  assert.equal(callToken(world, "alice", "transfer", ["bob", 1n]).reason, "FiatTokenV2_2: Balance exceeds (2^255 - 1)");
});

testFace("transferFrom uses the allowance up, an infinite one too, and logs no Approval", (world) => {
  const infinite = 2n ** 256n - 1n;
  for (const allowed of [7n, infinite]) {
    callToken(world, "alice", "approve", ["carol", allowed]);
    const sent = callToken(world, "carol", "transferFrom", ["alice", "bob", 5n]);
    assert.equal(sent.value, true);
    assert.deepEqual(sent.events, ["Transfer(alice, bob, 5)"]);
    assert.equal(callToken(world, "bob", "allowance", ["alice", "carol"]).value, allowed - 5n);
  }
  assert.equal(balanceOf(world, "bob"), 1_000n * unit + 10n);
});

testFace("transferFrom refuses for FiatTokenV2_2's reasons, in its order", (world) => {
  const reason = (by: Person, from: Person, to: Person, units: bigint) =>
    callToken(world, by, "transferFrom", [from, to, units]).reason;
  callToken(world, "alice", "approve", ["carol", 2_000n * unit]);
  callToken(world, "alice", "approve", ["frozen", 10n]);
  callToken(world, "frozen", "approve", ["carol", 10n]);
  assert.equal(reason("bob", "alice", "bob", 1n), "ERC20: transfer amount exceeds allowance");
  assert.equal(reason("carol", "alice", "bob", 2_000n * unit + 1n), "ERC20: transfer amount exceeds allowance");
  assert.equal(reason("carol", "alice", "bob", 2_000n * unit), "ERC20: transfer amount exceeds balance");
  assert.equal(reason("carol", "alice", "zero", 1n), "ERC20: transfer to the zero address");
  assert.equal(reason("carol", "zero", "bob", 0n), "ERC20: transfer from the zero address");
  assert.equal(reason("frozen", "alice", "bob", 1n), "Blacklistable: account is blacklisted");
  assert.equal(reason("carol", "frozen", "bob", 1n), "Blacklistable: account is blacklisted");
  assert.equal(reason("carol", "alice", "frozen", 1n), "Blacklistable: account is blacklisted");
  callToken(world, "pauser", "pause");
  assert.equal(reason("frozen", "frozen", "frozen", 1n), "Pausable: paused");
  assert.equal(callToken(world, "bob", "allowance", ["alice", "carol"]).value, 2_000n * unit);
});
