import assert from "node:assert/strict";
import type { Address } from "@polis/codec";
import type { Hex } from "viem";
import { nativePerUnit } from "../money.ts";
import { signTyped } from "../testing/signTyped.ts";
import { callToken, hex, people } from "../testing/token.ts";
import { answering, magic, signer, signerAddress } from "../testing/wallets.ts";
import { testFace } from "../testing/worlds.ts";

const dispatch = 200n;
const coldSlot = 2_100n;
const setSlot = 20_000n;
const changeSlot = 2_900n;
const coldAccount = 2_600n;
const warm = 100n;
const balanceWrite = 2_900n;
const newAccount = 25_000n;
const log = (topics: number, bytes: number) => BigInt(375 + 375 * topics + 8 * bytes);

testFace("U14: a transfer costs three slots, two balances read and written, and a log", (world) => {
  const expected = dispatch + 3n * coldSlot + warm + coldAccount + 2n * balanceWrite + log(3, 32);
  assert.equal(expected, 16_756n);
  assert.equal(callToken(world, "alice", "transfer", ["bob", 1n]).gas, expected);
  const fresh = hex("12".repeat(20) as Address);
  assert.equal(callToken(world, "alice", "transfer", [fresh, 1n]).gas, expected + newAccount);
  assert.equal(callToken(world, "alice", "transfer", [fresh, 1n]).gas, expected);
  // No balance changes, so none is written.
  assert.equal(callToken(world, "alice", "transfer", ["bob", 0n]).gas, expected - 2n * balanceWrite);
  const toSelf = dispatch + 2n * coldSlot + warm + 2n * warm + log(3, 32);
  assert.equal(callToken(world, "alice", "transfer", ["alice", 1n]).gas, toSelf);
});

testFace("U14: an approval costs the pause, the allowance's slot and a log", (world) => {
  const fixed = dispatch + coldSlot + coldSlot + log(3, 32);
  assert.equal(callToken(world, "alice", "approve", ["bob", 1n]).gas, fixed + setSlot);
  assert.equal(callToken(world, "alice", "approve", ["bob", 2n]).gas, fixed + changeSlot);
  assert.equal(callToken(world, "alice", "approve", ["bob", 2n]).gas, fixed + warm);
  assert.equal(callToken(world, "alice", "increaseAllowance", ["bob", 1n]).gas, fixed + changeSlot);
});

testFace("U14: transferFrom adds the caller's blacklist entry and the allowance", (world) => {
  callToken(world, "alice", "approve", ["carol", 10n]);
  const transfer = dispatch + 3n * coldSlot + coldAccount + coldAccount + 2n * balanceWrite + log(3, 32);
  assert.equal(
    callToken(world, "carol", "transferFrom", ["alice", "bob", 1n]).gas,
    transfer + coldSlot + coldSlot + changeSlot,
  );
});

testFace("U14: views cost their slots and accounts", (world) => {
  const gas = (method: string, args: readonly unknown[] = []) => callToken(world, "alice", method, args).gas;
  assert.equal(gas("decimals"), dispatch);
  assert.equal(gas("DOMAIN_SEPARATOR"), dispatch);
  assert.equal(gas("totalSupply"), dispatch + 2n * coldSlot);
  assert.equal(gas("balanceOf", ["bob"]), dispatch + coldAccount);
  assert.equal(gas("balanceOf", ["alice"]), dispatch + warm);
  assert.equal(gas("isBlacklisted", ["bob"]), dispatch + coldSlot);
});

testFace("U14: a permit adds the nonce, the signer's account and a recovery, or what ERC-1271 costs", async (world) => {
  const fields = { spender: hex(people.bob), value: 7n, nonce: 0n, deadline: 2n ** 256n - 1n };
  const permit = (owner: Address, signature: Hex) =>
    callToken(world, "alice", "permit", [hex(owner), "bob", 7n, fields.deadline, signature]);
  const fixed = dispatch + 2n * coldSlot + setSlot + coldSlot + setSlot + log(3, 32);
  const recovery = 3_000n;
  const wallet = 1_000n;
  const copied = 3n;
  const own = await signTyped("Permit", { ...fields, owner: signer.address });
  assert.equal(permit(signerAddress, own).gas, fixed + coldAccount + recovery);
  world.setContract(people.carol, answering(true, magic));
  assert.equal(permit(people.carol, "0x12").gas, fixed + coldAccount + warm + copied + wallet);
});

testFace("U14: gas that ends in the middle undoes everything", (world) => {
  for (let gas = 0n; gas < 16_756n; gas += 97n) {
    const sent = callToken(world, "alice", "transfer", ["bob", 1n], { gas });
    assert.deepEqual([sent.reason, sent.events, sent.gas], ["", [], gas]);
  }
  assert.equal(callToken(world, "alice", "transfer", ["bob", 1n], { gas: 16_756n }).value, true);
  assert.equal(world.balance(people.bob), 1_000_000_001n * nativePerUnit);
});
