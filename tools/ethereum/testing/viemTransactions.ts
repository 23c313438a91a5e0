import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BaseError, type Hex, parseEther } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { connect } from "../connect.ts";
import type { EthereumNode } from "../startAnvil.ts";

const ONE = parseEther("1");

/** viem sends value in every type of transaction, and reads receipts, blocks and fees. */
export function viemTransactions(node: EthereumNode): void {
  describe(`viem sends transactions to ${node.name}`, () => {
    const { chain, publicClient, wallet, address, mined } = connect(node);
    test("a native transfer moves value and charges the receipt's fee", async () => {
      const to = privateKeyToAccount(`0x${"11".repeat(32)}`).address;
      const before = await publicClient.getBalance({ address: address(0) });
      const received = await publicClient.getBalance({ address: to });
      const receipt = await mined(await wallet(0).sendTransaction({ to, value: ONE }));
      assert.equal(receipt.type, "eip1559");
      assert.equal(receipt.gasUsed, 21_000n);
      assert.equal(await publicClient.getBalance({ address: to }), received + ONE);
      const fee = receipt.gasUsed * receipt.effectiveGasPrice;
      assert.equal(await publicClient.getBalance({ address: address(0) }), before - ONE - fee);
      const block = await publicClient.getBlock({ blockHash: receipt.blockHash });
      assert.ok(block.transactions.includes(receipt.transactionHash));
      assert.ok(receipt.effectiveGasPrice >= block.baseFeePerGas!);
    });

    test("legacy, access list and fee market transactions come back as the type they were sent as", async () => {
      const to = address(1);
      const gasPrice = await publicClient.getGasPrice();
      const accessList = [{ address: address(2), storageKeys: [`0x${"00".repeat(32)}` as Hex] }];
      const sent = {
        legacy: await wallet(0).sendTransaction({ to, value: 1n, type: "legacy", gasPrice }),
        eip2930: await wallet(0).sendTransaction({ to, value: 2n, type: "eip2930", gasPrice, accessList }),
        eip1559: await wallet(0).sendTransaction({ to, value: 3n, type: "eip1559", accessList }),
      };
      for (const [type, hash] of Object.entries(sent)) {
        await mined(hash);
        const transaction = await publicClient.getTransaction({ hash });
        assert.equal(transaction.type, type);
        assert.equal(transaction.from.toLowerCase(), address(0).toLowerCase());
        assert.equal(transaction.chainId, chain.id);
        if (type !== "legacy") assert.deepEqual(transaction.accessList?.[0]?.storageKeys, accessList[0]!.storageKeys);
      }
    });

    test("transactions sent with a nonce gap wait for the one that fills it", async () => {
      const nonce = await publicClient.getTransactionCount({ address: address(3) });
      const late = await wallet(3).sendTransaction({ to: address(1), value: 1n, nonce: nonce + 1, gas: 21_000n });
      assert.equal(await publicClient.getTransactionCount({ address: address(3) }), nonce);
      const first = await wallet(3).sendTransaction({ to: address(1), value: 1n, nonce, gas: 21_000n });
      await mined(first);
      await mined(late);
      assert.equal(await publicClient.getTransactionCount({ address: address(3) }), nonce + 2);
      await assert.rejects(wallet(3).sendTransaction({ to: address(1), nonce, gas: 21_000n }), /nonce/i);
    });

    test("more value than there is gets refused by name", async () => {
      const value = (await publicClient.getBalance({ address: address(3) })) + ONE;
      await assert.rejects(
        wallet(3).sendTransaction({ to: address(1), value, gas: 21_000n }),
        (error) =>
          error instanceof BaseError && error.walk((e) => (e as Error).name === "InsufficientFundsError") !== null,
      );
    });

    test("eth_sendRawTransactionSync answers with the receipt", async () => {
      const request = await wallet(0).prepareTransactionRequest({ to: address(1), value: 7n });
      const serializedTransaction = await wallet(0).signTransaction(request);
      const receipt = await wallet(0).sendRawTransactionSync({ serializedTransaction });
      assert.equal(receipt.status, "success");
      assert.ok(receipt.blockNumber > 0n);
    });

    test("fee history agrees with the blocks it is about", async () => {
      const history = await publicClient.getFeeHistory({ blockCount: 3, rewardPercentiles: [25, 75] });
      assert.equal(history.baseFeePerGas.length, history.gasUsedRatio.length + 1);
      assert.equal(history.reward?.length, history.gasUsedRatio.length);
      for (const [i, ratio] of history.gasUsedRatio.entries()) {
        const block = await publicClient.getBlock({ blockNumber: history.oldestBlock + BigInt(i) });
        assert.equal(history.baseFeePerGas[i], block.baseFeePerGas);
        assert.ok(Math.abs(ratio - Number(block.gasUsed) / Number(block.gasLimit)) < 1e-9);
      }
      const fees = await publicClient.estimateFeesPerGas();
      assert.ok(fees.maxFeePerGas >= history.baseFeePerGas.at(-1)!);
    });
  });
}
