import assert from "node:assert/strict";
import { faceMapping, faceSlot, mappingSlot } from "../../faceSlots.ts";
import { nativePerUnit } from "../../money.ts";
import { callToken, people, unit } from "../../testing/token.ts";
import { testFace } from "../../testing/worlds.ts";

testFace("mint creates USDC within the allowance and logs Mint, then Transfer from zero", (world) => {
  const sent = callToken(world, "minter", "mint", ["bob", 200n * unit]);
  assert.equal(sent.value, true);
  assert.deepEqual(sent.events, [`Mint(minter, bob, ${200n * unit})`, `Transfer(zero, bob, ${200n * unit})`]);
  assert.equal(world.balance(people.bob), 1_200n * unit * nativePerUnit);
  assert.equal(callToken(world, "bob", "totalSupply").value, 5_200n * unit);
  assert.equal(callToken(world, "bob", "minterAllowance", ["minter"]).value, 300n * unit);
  assert.equal(world.storage(people.face, faceSlot.totalMinted), 5_200n * unit);
});

testFace("burn destroys the minter's own USDC and logs Burn, then Transfer to zero", (world) => {
  const sent = callToken(world, "minter", "burn", [400n * unit]);
  assert.equal(sent.reason, undefined);
  assert.deepEqual(sent.events, [`Burn(minter, ${400n * unit})`, `Transfer(minter, zero, ${400n * unit})`]);
  assert.equal(world.balance(people.minter), 600n * unit * nativePerUnit);
  assert.equal(callToken(world, "bob", "totalSupply").value, 4_600n * unit);
  assert.equal(world.storage(people.face, faceSlot.totalBurned), 400n * unit);
  // Burning gives no allowance back.
  assert.equal(callToken(world, "bob", "minterAllowance", ["minter"]).value, 500n * unit);
});

testFace("mint and burn refuse for FiatTokenV2_2's reasons", (world) => {
  const mint = (by: string, to: string, units: bigint) => callToken(world, by as "bob", "mint", [to, units]).reason;
  const burn = (by: string, units: bigint) => callToken(world, by as "bob", "burn", [units]).reason;
  assert.equal(mint("bob", "bob", 1n), "FiatToken: caller is not a minter");
  assert.equal(mint("minter", "frozen", 1n), "Blacklistable: account is blacklisted");
  assert.equal(mint("minter", "zero", 1n), "FiatToken: mint to the zero address");
  assert.equal(mint("minter", "bob", 0n), "FiatToken: mint amount not greater than 0");
  assert.equal(mint("minter", "bob", 500n * unit + 1n), "FiatToken: mint amount exceeds minterAllowance");
  assert.equal(burn("bob", 1n), "FiatToken: caller is not a minter");
  assert.equal(burn("minter", 0n), "FiatToken: burn amount not greater than 0");
  assert.equal(burn("minter", 1_000n * unit + 1n), "FiatToken: burn amount exceeds balance");
  callToken(world, "masterMinter", "configureMinter", ["minter", 2n ** 256n - 1n]);
  assert.equal(mint("minter", "bob", 2n ** 256n - 1n), "SafeMath: addition overflow");
  assert.equal(mint("minter", "bob", 2n ** 256n / nativePerUnit - 5_000n * unit + 1n), "SafeMath: addition overflow");
  assert.equal(mint("minter", "bob", 2n ** 255n / nativePerUnit + 1n), "FiatTokenV2_2: Balance exceeds (2^255 - 1)");
  const { totalMinted, totalBurned } = faceSlot;
  for (const slot of [totalMinted, totalBurned]) world.setStorage(people.face, slot, 2n ** 256n - 2n);
  assert.equal(mint("minter", "bob", 2n), "SafeMath: addition overflow");
  assert.equal(mint("minter", "bob", 1n), undefined);
  for (const [slot, value] of [
    [totalMinted, 5_000n * unit],
    [totalBurned, 0n],
  ] as const) {
    world.setStorage(people.face, slot, value);
  }
  callToken(world, "blacklister", "blacklist", ["minter"]);
  assert.equal(mint("minter", "bob", 1n), "Blacklistable: account is blacklisted");
  assert.equal(burn("minter", 1n), "Blacklistable: account is blacklisted");
  callToken(world, "pauser", "pause");
  assert.equal(mint("bob", "frozen", 0n), "Pausable: paused");
  assert.equal(burn("bob", 0n), "Pausable: paused");
  assert.equal(callToken(world, "bob", "totalSupply").value, 5_000n * unit);
});

testFace("the master minter configures and removes minters", (world) => {
  const set = callToken(world, "masterMinter", "configureMinter", ["carol", 9n]);
  assert.deepEqual([set.value, set.events], [true, ["MinterConfigured(carol, 9)"]]);
  assert.equal(callToken(world, "bob", "isMinter", ["carol"]).value, true);
  assert.equal(world.storage(people.face, mappingSlot(people.carol, faceMapping.minterAllowance)), 9n);
  const removed = callToken(world, "masterMinter", "removeMinter", ["carol"]);
  assert.deepEqual([removed.value, removed.events], [true, ["MinterRemoved(carol)"]]);
  assert.equal(callToken(world, "bob", "isMinter", ["carol"]).value, false);
  assert.equal(callToken(world, "bob", "minterAllowance", ["carol"]).value, 0n);
  const denied = "FiatToken: caller is not the masterMinter";
  assert.equal(callToken(world, "owner", "configureMinter", ["carol", 9n]).reason, denied);
  assert.equal(callToken(world, "owner", "removeMinter", ["carol"]).reason, denied);
  callToken(world, "pauser", "pause");
  assert.equal(callToken(world, "masterMinter", "configureMinter", ["carol", 9n]).reason, "Pausable: paused");
  // A minter can be stopped while paused.
  assert.equal(callToken(world, "masterMinter", "removeMinter", ["minter"]).value, true);
});
