import assert from "node:assert/strict";
import { nativePerUnit } from "../../money.ts";
import type { FaceWorld } from "../../testing/faceWorld.ts";
import { signTyped } from "../../testing/signTyped.ts";
import { callToken, hex, people, unit } from "../../testing/token.ts";
import { malleable, otherSigner, signer, signerAddress, splitSignature } from "../../testing/wallets.ts";
import { testFace } from "../../testing/worlds.ts";

const infinite = 2n ** 256n - 1n;

function message(world: FaceWorld, fields: Partial<{ value: bigint; nonce: bigint; deadline: bigint }> = {}) {
  const deadline = BigInt(world.timestampS);
  return { owner: signer.address, spender: hex(people.bob), value: 7n, nonce: 0n, deadline, ...fields };
}

testFace("permit in both forms sets the allowance, raises the nonce and logs Approval", async (world) => {
  const first = message(world);
  const parts = splitSignature(await signTyped("Permit", first));
  const sent = callToken(world, "carol", "permit", [signer.address, "bob", 7n, first.deadline, ...parts]);
  assert.deepEqual([sent.reason, sent.events], [undefined, [`Approval(${signer.address}, bob, 7)`]]);
  assert.equal(callToken(world, "bob", "allowance", [signer.address, "bob"]).value, 7n);
  assert.equal(callToken(world, "bob", "nonces", [signer.address]).value, 1n);
  const second = message(world, { value: infinite, nonce: 1n, deadline: infinite });
  const signature = await signTyped("Permit", second);
  const again = callToken(world, "carol", "permit", [signer.address, "bob", infinite, infinite, signature]);
  assert.equal(again.reason, undefined);
  assert.equal(callToken(world, "bob", "allowance", [signer.address, "bob"]).value, infinite);
  assert.equal(callToken(world, "bob", "nonces", [signer.address]).value, 2n);
  world.setAccount(signerAddress, 10n * unit * nativePerUnit);
  assert.equal(callToken(world, "bob", "transferFrom", [signer.address, "bob", 3n]).value, true);
});

testFace("a permit serves once, before its deadline, for what was signed and by its signer", async (world) => {
  const fields = message(world);
  const signature = await signTyped("Permit", fields);
  const permit = (value: bigint, deadline: bigint, given = signature) =>
    callToken(world, "carol", "permit", [signer.address, "bob", value, deadline, given]).reason;
  const invalid = "EIP2612: invalid signature";
  assert.equal(permit(8n, fields.deadline), invalid);
  assert.equal(permit(7n, fields.deadline + 1n), invalid);
  assert.equal(permit(7n, fields.deadline, await signTyped("Permit", fields, otherSigner)), invalid);
  assert.equal(permit(7n, fields.deadline, await signTyped("Permit", { ...fields, nonce: 1n })), invalid);
  world.timestampS += 1;
  assert.equal(permit(7n, fields.deadline), "FiatTokenV2: permit is expired");
  world.timestampS -= 1;
  assert.equal(permit(7n, fields.deadline), undefined);
  assert.equal(permit(7n, fields.deadline), invalid);
});

testFace("malformed ECDSA signatures are refused with the reasons of FiatTokenV2_2", async (world) => {
  const fields = message(world);
  const signature = await signTyped("Permit", fields);
  const permit = (given: string) =>
    callToken(world, "carol", "permit", [signer.address, "bob", 7n, fields.deadline, given]).reason;
  assert.equal(permit(signature.slice(0, -2)), "ECRecover: invalid signature length");
  assert.equal(permit(`${signature}00`), "ECRecover: invalid signature length");
  assert.equal(permit("0x"), "ECRecover: invalid signature length");
  assert.equal(permit(malleable(signature)), "ECRecover: invalid signature 's' value");
  assert.equal(permit(`${signature.slice(0, -2)}00`), "ECRecover: invalid signature 'v' value");
  assert.equal(permit(`${signature.slice(0, -2)}1d`), "ECRecover: invalid signature 'v' value");
  assert.equal(permit(`0x${"00".repeat(64)}1b`), "ECRecover: invalid signature");
  assert.equal(permit(`0x${"ff".repeat(32)}${"01".repeat(32)}1b`), "ECRecover: invalid signature");
  assert.equal(callToken(world, "bob", "nonces", [signer.address]).value, 0n);
});

testFace("permit refuses zero addresses and the pause, and does not ask the blacklist", async (world) => {
  const toZero = message(world);
  const signature = await signTyped("Permit", { ...toZero, spender: hex(people.zero) });
  const reason = () =>
    callToken(world, "carol", "permit", [signer.address, "zero", 7n, toZero.deadline, signature]).reason;
  assert.equal(reason(), "ERC20: approve to the zero address");
  callToken(world, "blacklister", "blacklist", [signer.address]);
  assert.equal(reason(), "ERC20: approve to the zero address");
  callToken(world, "pauser", "pause");
  assert.equal(reason(), "Pausable: paused");
});
