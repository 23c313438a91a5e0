import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Address, encodeFunctionData, parseEther, parseEventLogs, zeroAddress } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { npmArtifact } from "../artifacts.ts";
import { connect } from "../connect.ts";
import type { EthereumNode } from "../startAnvil.ts";

const CONTRACTS = "@safe-global/safe-contracts/build/artifacts/contracts";
const SAFE_TX = [
  { name: "to", type: "address" },
  { name: "value", type: "uint256" },
  { name: "data", type: "bytes" },
  { name: "operation", type: "uint8" },
  { name: "safeTxGas", type: "uint256" },
  { name: "baseGas", type: "uint256" },
  { name: "gasPrice", type: "uint256" },
  { name: "gasToken", type: "address" },
  { name: "refundReceiver", type: "address" },
  { name: "nonce", type: "uint256" },
] as const;

/** A Safe of three owners from its npm bytecode: proxy, setup, and a transaction that two of them signed. */
export function safeSuite(node: EthereumNode): void {
  describe(`Safe on ${node.name}`, () => {
    const { chain, address, deploy, mined, publicClient, wallet, write, read } = connect(node);

    test("two of three owners move its money, one does not", async () => {
      const singleton = await deploy(npmArtifact(`${CONTRACTS}/Safe.sol/Safe.json`));
      const factory = await deploy(npmArtifact(`${CONTRACTS}/proxies/SafeProxyFactory.sol/SafeProxyFactory.json`));
      const handler = await deploy(
        npmArtifact(`${CONTRACTS}/handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler.json`),
      );
      const setup = encodeFunctionData({
        abi: singleton.abi,
        functionName: "setup",
        args: [[0, 1, 2].map(address), 2n, zeroAddress, "0x", handler.address, zeroAddress, 0n, zeroAddress],
      });
      const created = await write(0, factory, "createProxyWithNonce", [singleton.address, setup, 1n]);
      const [event] = parseEventLogs({ abi: factory.abi, logs: created.logs, eventName: "ProxyCreation" });
      const safe = { ...singleton, address: (event!.args as unknown as { proxy: Address }).proxy };
      assert.equal(await read(safe, "getThreshold"), 2n);
      await mined(await wallet(3).sendTransaction({ to: safe.address, value: parseEther("5") }));

      const to = privateKeyToAccount(`0x${"44".repeat(32)}`).address;
      const before = await publicClient.getBalance({ address: to });
      const message = {
        to,
        value: parseEther("2"),
        data: "0x",
        operation: 0,
        safeTxGas: 0n,
        baseGas: 0n,
        gasPrice: 0n,
        gasToken: zeroAddress,
        refundReceiver: zeroAddress,
        nonce: (await read(safe, "nonce")) as bigint,
      } as const;
      const signedBy = async (...owners: number[]) => {
        // The contract wants signatures in the order of their signers' addresses.
        const sorted = owners.sort((a, b) => (BigInt(address(a)) < BigInt(address(b)) ? -1 : 1));
        const signatures = await Promise.all(
          sorted.map((owner) =>
            wallet(owner).signTypedData({
              domain: { chainId: chain.id, verifyingContract: safe.address },
              types: { SafeTx: SAFE_TX },
              primaryType: "SafeTx",
              message,
            }),
          ),
        );
        return `0x${signatures.map((signature) => signature.slice(2)).join("")}`;
      };
      const { nonce: _, ...parts } = message;
      const call = async (...owners: number[]) => [...Object.values(parts), await signedBy(...owners)];
      await assert.rejects(write(4, safe, "execTransaction", await call(0)), /GS020/);
      await assert.rejects(write(4, safe, "execTransaction", await call(0, 3)), /GS026/);
      await write(4, safe, "execTransaction", await call(2, 0));
      assert.equal(await publicClient.getBalance({ address: to }), before + parseEther("2"));
      assert.equal(await read(safe, "nonce"), 1n);
      await assert.rejects(write(4, safe, "execTransaction", await call(2, 0)), /GS026/);
    });
  });
}
