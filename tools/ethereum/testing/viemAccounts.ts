import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { zeroAddress } from "viem";
import { ownArtifact } from "../artifacts.ts";
import { connect } from "../connect.ts";
import type { EthereumNode } from "../startAnvil.ts";

const PERMIT_FIELDS = [
  { name: "owner", type: "address" },
  { name: "spender", type: "address" },
  { name: "value", type: "uint256" },
  { name: "nonce", type: "uint256" },
  { name: "deadline", type: "uint256" },
] as const;

/** viem signs what accounts sign besides transactions: typed data and delegations. */
export function viemAccounts(node: EthereumNode): void {
  describe(`viem signs for accounts on ${node.name}`, () => {
    const { chain, publicClient, wallet, address, mined, deploy, read, write } = connect(node);
    test("a signed permit is an allowance", async () => {
      const token = await deploy(ownArtifact("Token20"), ["Test token", "TT", 1_000n]);
      const deadline = 2n ** 256n - 1n;
      const message = { owner: address(0), spender: address(1), value: 40n, nonce: 0n, deadline };
      const signature = await wallet(0).signTypedData({
        account: wallet(0).account,
        domain: { name: "Test token", version: "1", chainId: chain.id, verifyingContract: token.address },
        types: { Permit: PERMIT_FIELDS },
        primaryType: "Permit",
        message,
      });
      const [r, s, v] = [signature.slice(0, 66), `0x${signature.slice(66, 130)}`, Number(`0x${signature.slice(130)}`)];
      await write(1, token, "permit", [message.owner, message.spender, 40n, deadline, v, r, s]);
      assert.equal(await read(token, "allowance", address(0), address(1)), 40n);
      await write(1, token, "transferFrom", [address(0), address(1), 40n]);
      assert.equal(await read(token, "balanceOf", address(1)), 40n);
    });

    test("an account delegates to a contract's code and takes it back (EIP-7702)", async () => {
      const probe = await deploy(ownArtifact("Probe"), [1n]);
      const eoa = { ...probe, address: address(6) };
      const authorization = await wallet(6).signAuthorization({ contractAddress: probe.address, executor: "self" });
      const hash = await wallet(6).writeContract({
        ...eoa,
        functionName: "store",
        args: [3n, 4n],
        authorizationList: [authorization],
      });
      const receipt = await mined(hash);
      assert.equal(receipt.type, "eip7702");
      assert.equal(receipt.logs[0]?.address.toLowerCase(), address(6).toLowerCase());
      const delegated = await publicClient.getCode({ address: address(6) });
      assert.equal(delegated, `0xef0100${probe.address.slice(2).toLowerCase()}`);
      assert.equal(await read(eoa, "stored", 3n), 4n);
      const back = await wallet(6).signAuthorization({ contractAddress: zeroAddress, executor: "self" });
      await mined(await wallet(6).sendTransaction({ to: address(6), authorizationList: [back] }));
      assert.equal(await publicClient.getCode({ address: address(6) }), undefined);
    });

    test("proofs of accounts and slots come with nodes from the root", async () => {
      const probe = await deploy(ownArtifact("Probe"), [1n]);
      await write(0, probe, "store", [1n, 5n]);
      const proof = await publicClient.getProof({
        address: probe.address,
        storageKeys: [`0x${"1".padStart(64, "0")}`],
      });
      assert.ok(proof.accountProof.length > 0);
      assert.equal(proof.storageProof[0]?.value, 5n);
      assert.equal(proof.nonce, 1);
    });
  });
}
