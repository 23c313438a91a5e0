import assert from "node:assert/strict";
import { test } from "node:test";
import { bls, ed25519 } from "../native/primitives.ts";
import { dealThreshold } from "../votes/threshold/deal.ts";
import { signBinding, verifyBinding } from "./binding.ts";
import { checkValidators, type ValidatorKeys } from "./checkValidators.ts";
import { provePossession, verifyPossession } from "./possession.ts";

const chainId = 12345;

function validator(i: number): ValidatorKeys {
  const secret = bls.keygen(new Uint8Array(32).fill(i + 1));
  const p2pPublicKey = ed25519.publicKey(new Uint8Array(32).fill(i + 1));
  const p2pBinding = signBinding(chainId, p2pPublicKey, secret);
  return { blsPublicKey: bls.publicKey(secret)!, blsPop: provePossession(secret), p2pPublicKey, p2pBinding };
}

const list = Array.from({ length: 6 }, (_, i) => validator(i));
const [first, second] = [list[0]!, list[1]!];
const [pop, binding] = [first.blsPop!, first.p2pBinding!];

test("a proof of possession is of its key, and is no vote", () => {
  assert.ok(verifyPossession(first.blsPublicKey, pop));
  assert.equal(verifyPossession(second.blsPublicKey, pop), false);
  assert.equal(verifyPossession(first.blsPublicKey, pop.subarray(1)), false);
  assert.equal(verifyPossession(new Uint8Array(48), pop), false);
  const secret = bls.keygen(new Uint8Array(32).fill(1));
  const plain = bls.sign(first.blsPublicKey, secret)!;
  assert.equal(verifyPossession(first.blsPublicKey, plain), false);
  assert.throws(() => provePossession(new Uint8Array(32)), RangeError);
});

test("a binding is of both keys and the chain", () => {
  const { p2pPublicKey, blsPublicKey } = first;
  assert.ok(verifyBinding(chainId, p2pPublicKey, blsPublicKey, binding));
  assert.equal(verifyBinding(chainId + 1, p2pPublicKey, blsPublicKey, binding), false);
  assert.equal(verifyBinding(chainId, second.p2pPublicKey, blsPublicKey, binding), false);
  assert.equal(verifyBinding(chainId, p2pPublicKey, second.blsPublicKey, binding), false);
  assert.equal(verifyBinding(chainId, p2pPublicKey.subarray(1), blsPublicKey, binding), false);
});

test("a validator list is accepted whole and refused for each fault of kairos K8", () => {
  const { m, l } = dealThreshold(6, 1, new Uint8Array(32).fill(1));
  const code = (
    changed: readonly ValidatorKeys[],
    f = 1,
    sharings: { m: typeof m; l: typeof l } | undefined = undefined,
  ) => {
    const checked = checkValidators(changed, { f, chainId, sharings });
    return checked.ok ? "accepted" : checked.fault.code;
  };
  const replace = (change: Partial<ValidatorKeys>) => [{ ...first, ...change }, ...list.slice(1)];
  assert.equal(code(list), "accepted");
  assert.equal(code(list, 1, { m, l }), "accepted");
  assert.equal(code([]), "VALIDATORS_COUNT");
  assert.equal(code(list.slice(1)), "VALIDATORS_COUNT");
  assert.equal(code(list, -1), "VALIDATORS_COUNT");
  assert.equal(code(replace({ blsPublicKey: second.blsPublicKey })), "VALIDATORS_DUPLICATE");
  assert.equal(code(replace({ p2pPublicKey: second.p2pPublicKey })), "VALIDATORS_DUPLICATE");
  assert.equal(code(replace({ p2pPublicKey: new Uint8Array(31) })), "VALIDATORS_KEY");
  const infinity = new Uint8Array(48);
  infinity[0] = 0xc0;
  assert.equal(code(replace({ blsPublicKey: infinity })), "VALIDATORS_KEY");
  assert.equal(code(replace({ blsPop: undefined })), "VALIDATORS_POSSESSION");
  assert.equal(code(replace({ p2pBinding: undefined })), "VALIDATORS_BINDING");
  assert.equal(code(replace({ blsPop: second.blsPop })), "VALIDATORS_POSSESSION");
  assert.equal(code(replace({ p2pBinding: second.p2pBinding })), "VALIDATORS_BINDING");
  assert.equal(code(list, 1, { m: l, l: m }), "VALIDATORS_SHARES");
  assert.equal(code(list, 1, { m: { ...m, groupKey: l.groupKey }, l }), "VALIDATORS_GROUP_KEY");
  assert.equal(code(list, 1, { m: { ...m, shareKeys: m.shareKeys.slice(1) }, l }), "VALIDATORS_COUNT");
  const twice = [m.shareKeys[1]!, ...m.shareKeys.slice(1)];
  assert.equal(code(list, 1, { m: { ...m, shareKeys: twice }, l }), "VALIDATORS_DUPLICATE");
});

test("a local network may lack proofs, and a wrong proof is still refused (kairos X8)", () => {
  const bare = list.map((v) => ({ ...v, blsPop: undefined, p2pBinding: undefined }));
  const options = { f: 1, chainId, proofs: "optional", sharings: undefined } as const;
  assert.ok(checkValidators(bare, options).ok);
  assert.equal(checkValidators([{ ...bare[0]!, blsPop: second.blsPop }, ...bare.slice(1)], options).ok, false);
  assert.equal(checkValidators([{ ...bare[0]!, p2pBinding: second.p2pBinding }, ...bare.slice(1)], options).ok, false);
});
