import assert from "node:assert/strict";
import { test } from "node:test";
import { hashDomain } from "viem";
import { testGenesis } from "../../../testing/genesisFixture.ts";
import { createDoubleWorld } from "../../testing/doubleWorld.ts";
import { callToken, hex, openToken, people, unit } from "../../testing/token.ts";
import { testFace, testParams } from "../../testing/worlds.ts";

testFace("the token says what genesis says of it", (world) => {
  const read = (method: string) => callToken(world, "stranger", method).value;
  assert.deepEqual(["name", "symbol", "currency", "version", "decimals"].map(read), ["USDC", "USDC", "USD", "2", 6]);
  assert.equal(read("totalSupply"), 5_000n * unit);
});

testFace("DOMAIN_SEPARATOR is that of EIP-712", (world) => {
  const domain = {
    name: "USDC",
    version: "2",
    chainId: testParams.chainId,
    verifyingContract: hex(people.face),
  };
  const types = {
    EIP712Domain: [
      { name: "name", type: "string" },
      { name: "version", type: "string" },
      { name: "chainId", type: "uint256" },
      { name: "verifyingContract", type: "address" },
    ],
  };
  assert.equal(callToken(world, "alice", "DOMAIN_SEPARATOR").value, hashDomain({ domain, types } as never));
});

test("names of any length and script are encoded as Solidity does", () => {
  const name = "Kairos-Dollar für alle, auch über zweiunddreißig Bytes";
  const { params } = testGenesis({ fields: { usdc: { name } } });
  assert.equal(callToken(openToken(createDoubleWorld(params)), "alice", "name").value, name);
});
