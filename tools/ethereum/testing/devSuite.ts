import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { encodeFunctionData, type Hex, parseEther } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { ownArtifact } from "../artifacts.ts";
import { connect } from "../connect.ts";
import type { EthereumNode } from "../startAnvil.ts";

const SLOT_ONE = `0x${"1".padStart(64, "0")}` as Hex;

/** The helpers that test suites expect of a development node, through viem's test client. */
export function devSuite(node: EthereumNode): void {
  describe(`development helpers on ${node.name}`, () => {
    const { publicClient, testClient, wallet, address, mined, deploy, read, write } = connect(node);
    const rpc = (method: string, ...params: unknown[]) =>
      publicClient.request({ method, params } as never) as Promise<unknown>;

    test("a snapshot is returned to: balances, storage, nonces, height and receipts", async () => {
      const probe = await deploy(ownArtifact("Probe"), [1n]);
      await write(0, probe, "store", [1n, 10n]);
      const height = await publicClient.getBlockNumber();
      const balance = await publicClient.getBalance({ address: address(0) });
      const outer = await testClient.snapshot();
      const lost = await write(0, probe, "store", [1n, 20n]);
      const inner = await testClient.snapshot();
      await write(0, probe, "store", [1n, 30n]);
      await testClient.revert({ id: inner });
      assert.equal(await read(probe, "last"), 20n);
      await testClient.revert({ id: outer });
      assert.equal(await read(probe, "last"), 10n);
      assert.equal(await publicClient.getBlockNumber(), height);
      assert.equal(await publicClient.getBalance({ address: address(0) }), balance);
      assert.equal(await rpc("eth_getTransactionReceipt", lost.transactionHash), null);
      await write(0, probe, "store", [1n, 40n]);
      assert.equal(await read(probe, "last"), 40n);
    });

    test("time goes where it is told", async () => {
      const { timestamp } = await publicClient.getBlock();
      await testClient.increaseTime({ seconds: 3_600 });
      await testClient.mine({ blocks: 1 });
      const later = await publicClient.getBlock();
      const passed = later.timestamp - timestamp;
      assert.ok(passed >= 3_600n && passed < 3_700n, `${passed} s`);
      await testClient.setNextBlockTimestamp({ timestamp: later.timestamp + 500n });
      await testClient.mine({ blocks: 1 });
      const set = await publicClient.getBlock();
      assert.equal(set.timestamp, later.timestamp + 500n);
      await testClient.mine({ blocks: 5 });
      assert.equal((await publicClient.getBlock()).number, set.number + 5n);
    });

    test("without automining transactions wait for the next block, together", async () => {
      await testClient.setAutomine(false);
      const hashes: Hex[] = [];
      try {
        for (const index of [0, 1, 2]) {
          hashes.push(await wallet(index).sendTransaction({ to: address(3), value: 1n, gas: 21_000n }));
        }
        assert.equal(await rpc("eth_getTransactionReceipt", hashes[0]), null);
        const status = (await rpc("txpool_status")) as { pending: Hex };
        assert.equal(BigInt(status.pending), 3n);
        await testClient.mine({ blocks: 1 });
      } finally {
        await testClient.setAutomine(true);
      }
      const blocks = (await Promise.all(hashes.map(mined))).map((receipt) => receipt.blockNumber);
      assert.equal(new Set(blocks).size, 1);
    });

    test("accounts and contracts are set to what a test needs", async () => {
      const somebody = privateKeyToAccount(`0x${"51".repeat(32)}`);
      await testClient.setBalance({ address: somebody.address, value: parseEther("3") });
      await testClient.setNonce({ address: somebody.address, nonce: 7 });
      assert.equal(await publicClient.getBalance({ address: somebody.address }), parseEther("3"));
      const sent = await wallet(0).sendTransaction({ account: somebody, to: address(1), value: parseEther("1") });
      assert.equal((await publicClient.getTransaction({ hash: sent })).nonce, 7);
      await mined(sent);

      const probe = await deploy(ownArtifact("Probe"), [1n]);
      await testClient.setStorageAt({ address: probe.address, index: 1, value: `0x${"7".padStart(64, "0")}` });
      assert.equal(await read(probe, "last"), 7n);
      assert.equal(
        await publicClient.getStorageAt({ address: probe.address, slot: SLOT_ONE }),
        `0x${"7".padStart(64, "0")}`,
      );
      const copy = privateKeyToAccount(`0x${"52".repeat(32)}`).address;
      await testClient.setCode({ address: copy, bytecode: (await publicClient.getCode({ address: probe.address }))! });
      assert.equal(await read({ ...probe, address: copy }, "seed"), 1n);
    });

    test("anybody can be impersonated, contracts too", async () => {
      const probe = await deploy(ownArtifact("Probe"), [1n]);
      await testClient.setBalance({ address: probe.address, value: parseEther("2") });
      await testClient.impersonateAccount({ address: probe.address });
      const data = encodeFunctionData({ abi: probe.abi, functionName: "store", args: [5n, 6n] });
      const hash = (await rpc("eth_sendTransaction", { from: probe.address, to: probe.address, data })) as Hex;
      const receipt = await mined(hash);
      assert.equal(receipt.from.toLowerCase(), probe.address.toLowerCase());
      assert.equal(await read(probe, "stored", 5n), 6n);
      await testClient.stopImpersonatingAccount({ address: probe.address });
      await assert.rejects(rpc("eth_sendTransaction", { from: probe.address, to: probe.address, data }));
    });

    test("the node signs for its own accounts", async () => {
      const accounts = (await rpc("eth_accounts")) as readonly Hex[];
      assert.deepEqual(
        accounts.map((account) => account.toLowerCase()),
        [...Array(10).keys()].map((index) => address(index).toLowerCase()),
      );
      await mined((await rpc("eth_sendTransaction", { from: accounts[0], to: accounts[1], value: "0x1" })) as Hex);
      const message = "0x706f6c6973";
      assert.equal(
        await rpc("personal_sign", message, accounts[0]),
        await wallet(0).signMessage({ message: { raw: message } }),
      );
      assert.equal(
        await rpc("eth_sign", accounts[0], message),
        await wallet(0).signMessage({ message: { raw: message } }),
      );
      const typed = {
        domain: { name: "Polis", chainId: 31_337 },
        types: {
          EIP712Domain: [
            { name: "name", type: "string" },
            { name: "chainId", type: "uint256" },
          ],
          Note: [{ name: "text", type: "string" }],
        },
        primaryType: "Note",
        message: { text: "agora" },
      } as const;
      assert.equal(
        await rpc("eth_signTypedData_v4", accounts[0], typed),
        await wallet(0).signTypedData(typed as never),
      );
    });
  });
}
