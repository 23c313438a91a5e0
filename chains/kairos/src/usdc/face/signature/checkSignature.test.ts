import assert from "node:assert/strict";
import { test } from "node:test";
import type { Hex } from "viem";
import { code, returnWord } from "../../testing/assemble.ts";
import { createEngineWorld } from "../../testing/engineWorld.ts";
import type { FaceWorld } from "../../testing/faceWorld.ts";
import { signTyped } from "../../testing/signTyped.ts";
import { callToken, hex, openToken, people } from "../../testing/token.ts";
import {
  type Answering,
  answering,
  magic,
  otherSigner,
  padRight,
  signer,
  signerAddress,
} from "../../testing/wallets.ts";
import { testFace, testParams } from "../../testing/worlds.ts";

const wallet = people.alice;
const target = people.carol;
const delegation = Uint8Array.fromHex(`ef0100${target}`);
const invalid = "EIP2612: invalid signature";
const infinite = 2n ** 256n - 1n;

function permit(world: FaceWorld, owner: string, signature: Hex) {
  return callToken(world, "stranger", "permit", [`0x${owner}`, "bob", 7n, infinite, signature]);
}

function install(world: FaceWorld, contract: Answering): Answering {
  world.setContract(wallet, contract);
  return contract;
}

testFace("U9: a contract is asked by ERC-1271, statically, with the digest and the bytes given", (world) => {
  const contract = install(world, answering(true, magic));
  assert.equal(permit(world, wallet, "0x1234").reason, undefined);
  const [asked] = contract.asked;
  assert.deepEqual([asked?.isStatic, asked?.caller, contract.asked.length], [true, people.face, 1]);
  // Selector, digest, offset, length and bytes.
  const layout = /^1626ba7e[0-9a-f]{64}0{62}400{63}21234(00){30}$/;
  assert.match(asked!.input, layout);
  assert.equal(callToken(world, "bob", "allowance", [hex(wallet), "bob"]).value, 7n);
});

testFace("an answer of ERC-1271 other than the magic word is a refusal", (world) => {
  const answers = [
    answering(false, magic),
    answering(true, new Uint8Array(0)),
    answering(true, magic.subarray(0, 31)),
    answering(true, padRight("1626ba7f")),
    answering(true, padRight(`1626ba7e${"0".repeat(55)}1`)),
    answering(true, new Uint8Array(32)),
  ];
  for (const answer of answers) {
    install(world, answer);
    assert.equal(permit(world, wallet, "0x").reason, invalid);
  }
  install(world, answering(true, Uint8Array.of(...magic, 1)));
  assert.equal(permit(world, wallet, "0x").reason, undefined);
});

testFace("the form with v, r, s asks a contract too", (world) => {
  const contract = install(world, answering(true, magic));
  const [r, s] = [`0x${"11".repeat(32)}`, `0x${"22".repeat(32)}`];
  const sent = callToken(world, "stranger", "permit", [hex(wallet), "bob", 7n, infinite, 30, r, s]);
  assert.equal(sent.reason, undefined);
  assert.ok(contract.asked[0]!.input.endsWith(`${"11".repeat(32)}${"22".repeat(32)}1e${"00".repeat(31)}`));
});

testFace("a contract's key does not sign for it", async (world) => {
  world.setContract(signerAddress, answering(true, new Uint8Array(32)));
  const message = { owner: signer.address, spender: hex(people.bob), value: 7n, nonce: 0n, deadline: infinite };
  assert.equal(permit(world, signerAddress, await signTyped("Permit", message)).reason, invalid);
});

testFace("U9: an account that delegates its code signs with its key first, then by ERC-1271", async (world) => {
  const contract = answering(true, new Uint8Array(32));
  world.setContract(target, contract);
  world.setAccount(signerAddress, 0n, delegation);
  const message = { owner: signer.address, spender: hex(people.bob), value: 7n, nonce: 0n, deadline: infinite };
  const foreign = await signTyped("Permit", message, otherSigner);
  for (const signature of [foreign, "0x12", `0x${"ff".repeat(65)}`] as const) {
    assert.equal(permit(world, signerAddress, signature).reason, invalid);
  }
  assert.equal(permit(world, signerAddress, await signTyped("Permit", message)).reason, undefined);
  assert.equal(callToken(world, "bob", "nonces", [signer.address]).value, 1n);
});

testFace("a wallet that eats all gas fails its own call, not the face", (world) => {
  world.setContract(wallet, {
    // biome-ignore lint/correctness/useYield: it calls nobody.
    *run(frame) {
      frame.charge(frame.gasLeft() + 1n);
      return { success: true, output: magic };
    },
  });
  const sent = permit(world, wallet, "0x");
  assert.equal(sent.reason, invalid);
  assert.ok(sent.gas > 900_000n && sent.gas < 1_000_000n);
});

testFace("a wallet sees its permit as used while it is asked", (world) => {
  const noted: bigint[] = [];
  world.setContract(wallet, {
    *run(frame) {
      frame.touchAccount(people.face);
      const input = Uint8Array.fromHex(`7ecebe00${wallet.padStart(64, "0")}`);
      const { output } = yield { to: people.face, input, isStatic: true };
      noted.push(BigInt(`0x${output.toHex()}`));
      return { success: true, output: magic };
    },
  });
  assert.equal(permit(world, wallet, "0x").reason, undefined);
  assert.deepEqual(noted, [1n]);
});

test("ERC-1271 works with a wallet's bytecode, and with the bytecode an account delegates to", () => {
  const world = createEngineWorld(testParams);
  openToken(world);
  // Says yes to signatures of one byte, and returns nothing otherwise: CALLDATALOAD(68) is the length.
  const yes = code("604435600114600a57005b", `7f${magic.toHex()}`, returnWord);
  world.setAccount(target, 0n, yes);
  world.setAccount(wallet, 0n, yes);
  world.setAccount(signerAddress, 0n, delegation);
  const [own, delegated] = [wallet, signerAddress].map((owner) => {
    assert.equal(permit(world, owner, "0x1234").reason, invalid);
    const { reason, gas } = permit(world, owner, "0x12");
    assert.equal(reason, undefined);
    return gas;
  });
  // U14: the account that holds the code is reached too (EIP-7702).
  assert.equal(delegated! - own!, 2_600n);
});
