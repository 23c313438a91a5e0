import assert from "node:assert/strict";
import type { Address } from "@polis/codec";
import type { Hex } from "viem";
import { nativePerUnit } from "../../money.ts";
import type { FaceWorld } from "../../testing/faceWorld.ts";
import { signTyped } from "../../testing/signTyped.ts";
import { callToken, hex, type Person, people, unit } from "../../testing/token.ts";
import { malleable, otherSigner, signer, signerAddress, splitSignature } from "../../testing/wallets.ts";
import { testFace } from "../../testing/worlds.ts";

const nonce = (n: number): Hex => `0x${n.toString(16).padStart(64, "0")}`;

function fieldsAt(
  world: FaceWorld,
  n: number,
  fields: { to?: Address; validAfter?: bigint; validBefore?: bigint } = {},
) {
  const now = BigInt(world.timestampS);
  const { to = people.bob, validAfter = now - 1n, validBefore = now + 1n } = fields;
  return { from: signer.address, to: hex(to), value: 5n * unit, validAfter, validBefore, nonce: nonce(n) };
}

type Fields = ReturnType<typeof fieldsAt>;

const args = ({ from, to, value, validAfter, validBefore, nonce }: Fields) => [
  from,
  to,
  value,
  validAfter,
  validBefore,
  nonce,
];

function fund(world: FaceWorld): void {
  world.setAccount(signerAddress, 100n * unit * nativePerUnit);
}

const kinds = [
  ["transferWithAuthorization", "TransferWithAuthorization", "carol"],
  ["receiveWithAuthorization", "ReceiveWithAuthorization", "bob"],
] as const;

for (const [method, struct, caller] of kinds) {
  testFace(`${method} in both forms moves, marks the nonce and logs`, async (world) => {
    fund(world);
    for (const [n, form] of ["parts", "bytes"].entries()) {
      const fields = fieldsAt(world, n);
      const signature = await signTyped(struct, fields);
      const given = form === "bytes" ? [signature] : splitSignature(signature);
      const sent = callToken(world, caller, method, [...args(fields), ...given]);
      assert.equal(sent.reason, undefined);
      assert.deepEqual(sent.events, [
        `AuthorizationUsed(${signer.address}, ${nonce(n)})`,
        `Transfer(${signer.address}, bob, ${5n * unit})`,
      ]);
      assert.equal(callToken(world, "alice", "authorizationState", [signer.address, nonce(n)]).value, true);
    }
    assert.equal(world.balance(people.bob), 1_010n * unit * nativePerUnit);
    assert.equal(world.balance(signerAddress), 90n * unit * nativePerUnit);
  });

  testFace(`${method} refuses for FiatTokenV2_2's reasons`, async (world) => {
    fund(world);
    const now = BigInt(world.timestampS);
    const attempt = async (fields: Fields, signature?: Hex, by: Person = caller) =>
      callToken(world, by, method, [...args(fields), signature ?? (await signTyped(struct, fields))]).reason;
    const good = fieldsAt(world, 1);
    assert.equal(await attempt(fieldsAt(world, 1, { validAfter: now })), "FiatTokenV2: authorization is not yet valid");
    assert.equal(await attempt(fieldsAt(world, 1, { validBefore: now })), "FiatTokenV2: authorization is expired");
    assert.equal(await attempt(good, await signTyped(struct, good, otherSigner)), "FiatTokenV2: invalid signature");
    assert.equal(
      await attempt({ ...good, value: 6n }, await signTyped(struct, good)),
      "FiatTokenV2: invalid signature",
    );
    assert.equal(
      await attempt(good, malleable(await signTyped(struct, good))),
      "ECRecover: invalid signature 's' value",
    );
    assert.equal(await attempt({ ...good, value: 101n * unit }), "ERC20: transfer amount exceeds balance");
    assert.equal(await attempt(fieldsAt(world, 1, { to: people.frozen })), "Blacklistable: account is blacklisted");
    assert.equal(await attempt(good), undefined);
    assert.equal(await attempt(good), "FiatTokenV2: authorization is used or canceled");
    callToken(world, "blacklister", "blacklist", [signer.address]);
    assert.equal(await attempt(fieldsAt(world, 2)), "Blacklistable: account is blacklisted");
    callToken(world, "pauser", "pause");
    assert.equal(await attempt(fieldsAt(world, 2)), "Pausable: paused");
  });
}

testFace("only the payee may receive, and one kind of authorization does not serve the other", async (world) => {
  fund(world);
  const fields = fieldsAt(world, 1);
  const receive = await signTyped("ReceiveWithAuthorization", fields);
  const call = (by: Person, method: string) => callToken(world, by, method, [...args(fields), receive]).reason;
  assert.equal(call("carol", "receiveWithAuthorization"), "FiatTokenV2: caller must be the payee");
  assert.equal(call("carol", "transferWithAuthorization"), "FiatTokenV2: invalid signature");
  assert.equal(call("bob", "receiveWithAuthorization"), undefined);
});

testFace("an authorization to the zero address is refused", async (world) => {
  fund(world);
  const fields = fieldsAt(world, 1, { to: people.zero });
  const signature = await signTyped("TransferWithAuthorization", fields);
  const sent = callToken(world, "carol", "transferWithAuthorization", [...args(fields), signature]);
  assert.equal(sent.reason, "ERC20: transfer to the zero address");
  assert.equal(callToken(world, "bob", "authorizationState", [signer.address, nonce(1)]).value, false);
});

testFace("cancelAuthorization in both forms uses the nonce up", async (world) => {
  fund(world);
  for (const [n, form] of ["parts", "bytes"].entries()) {
    const message = { authorizer: signer.address, nonce: nonce(n) };
    const signature = await signTyped("CancelAuthorization", message);
    const given = form === "bytes" ? [signature] : splitSignature(signature);
    const cancel = () => callToken(world, "carol", "cancelAuthorization", [signer.address, nonce(n), ...given]);
    callToken(world, "pauser", "pause");
    assert.equal(cancel().reason, "Pausable: paused");
    callToken(world, "pauser", "unpause");
    assert.deepEqual(cancel().events, [`AuthorizationCanceled(${signer.address}, ${nonce(n)})`]);
    assert.equal(cancel().reason, "FiatTokenV2: authorization is used or canceled");
    const fields = fieldsAt(world, n);
    const move = [...args(fields), await signTyped("TransferWithAuthorization", fields)];
    const reason = callToken(world, "carol", "transferWithAuthorization", move).reason;
    assert.equal(reason, "FiatTokenV2: authorization is used or canceled");
  }
  const foreign = await signTyped("CancelAuthorization", { authorizer: signer.address, nonce: nonce(9) }, otherSigner);
  const reason = callToken(world, "carol", "cancelAuthorization", [signer.address, nonce(9), foreign]).reason;
  assert.equal(reason, "FiatTokenV2: invalid signature");
});

testFace("the type hashes are those of EIP-2612 and ERC-3009", (world) => {
  const read = (name: string) => callToken(world, "bob", `${name}_TYPEHASH`).value;
  assert.equal(read("PERMIT"), "0x6e71edae12b1b97f4d1f60370fef10105fa2faae0126114a169c64845d6126c9");
  assert.equal(
    read("TRANSFER_WITH_AUTHORIZATION"),
    "0x7c7c6cdb67a18743f49ec6fa9b35f50d52ed05cbed4cc592e13b44501c1a2267",
  );
  assert.equal(
    read("RECEIVE_WITH_AUTHORIZATION"),
    "0xd099cc98ef71107a616c4f0f941f04c322d8e254fe26b3c6668db87aae413de8",
  );
  assert.equal(read("CANCEL_AUTHORIZATION"), "0x158b0a9edf7a828aad02f63cd515c68ef2f50ba807396f6d12842833a1597429");
});
