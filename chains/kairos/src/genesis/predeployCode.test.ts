import assert from "node:assert/strict";
import { test } from "node:test";
import { keccak256 } from "@polis/crypto";
import { domainSeparator } from "viem";
import { faceAddress, paymentsLogAddress, predeploys } from "../addresses.ts";
import { testGenesis } from "../testing/genesisFixture.ts";
import { createTestChain } from "../testing/testChain.ts";
import { faceCode } from "../usdc/faceSlots.ts";
import { standardPredeploys } from "./predeployCode.ts";

/** keccak of the code at these addresses on other chains (of Permit2: before its constructor's two words). */
const known = {
  blockHashHistory: "6e49e66782037c0555897870e29fa5e552daf4719552131a0abce779daec0a5d",
  deploymentProxy: "2fa86add0aed31f33a762c9d88e807c475bd51d0f52bd0955754b2608f7e4989",
  multicall3: "d5c15df687b16f2ff992fc8d767b4216323184a2bbc6ee2f9c398c318e770891",
};

test("10.3: the standard contracts have the code that they have everywhere", () => {
  const codes = standardPredeploys(52470n);
  for (const [name, hash] of Object.entries(known)) {
    assert.equal(keccak256(codes.get(predeploys[name]!)!).toHex(), hash, name);
  }
  assert.equal(codes.size, 4);
});

test("10.3: Permit2 carries the chain id and the EIP-712 domain of its chain", () => {
  const code = standardPredeploys(52470n).get(predeploys.permit2!)!;
  const domain = domainSeparator({
    domain: { name: "Permit2", chainId: 52470, verifyingContract: `0x${predeploys.permit2!}` },
  });
  const other = standardPredeploys(1n).get(predeploys.permit2!)!;
  const differs = code.map((byte, at) => (byte === other[at] ? 0 : 1));
  assert.equal(BigInt(`0x${code.subarray(6945, 6977).toHex()}`), 52470n);
  assert.equal(`0x${code.subarray(6983, 7015).toHex()}`, domain);
  assert.ok(differs.every((differ, at) => differ === 0 || (at >= 6945 && at < 7015)));
  // The words stand behind PUSH32.
  assert.deepEqual([code[6944], code[6982]], [0x7f, 0x7f]);
});

test("10.3: they and the native addresses have code and nonce 1 at genesis; a genesis may choose others", () => {
  const at = (fields: object) => {
    const chain = createTestChain(testGenesis({ fields: { ...fields } }));
    return chain.core.states.at(chain.first.digest)!;
  };
  const all = at({});
  for (const [address, code] of standardPredeploys(52470n)) {
    const account = all.account(address)!;
    assert.equal(account.nonce, 1n);
    assert.deepEqual(all.code(account.codeHash), code);
  }
  for (const native of [faceAddress, paymentsLogAddress]) {
    assert.deepEqual(all.code(all.account(native)!.codeHash), faceCode);
    assert.equal(all.account(native)!.nonce, 1n);
  }
  const one = at({ predeploys: { [`0x${predeploys.multicall3}`]: {} } });
  assert.ok(one.account(predeploys.multicall3!) !== undefined);
  assert.equal(one.account(predeploys.permit2!), undefined);
});
