import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { type Address, bytesToHex0x } from "@polis/codec";
import { buildPayment, createPaymentSigner, signPayment } from "@polis/kairos";
import { JsonRpcProvider } from "ethers";
import { erc20Abi, type Hex } from "viem";
import { privateKeyOf, TEST_CHAIN_ID } from "../accounts.ts";
import { connect } from "../connect.ts";
import { type EthereumNode, foundryProgram } from "../startAnvil.ts";
import { once } from "./once.ts";

const FACE = "0x3600000000000000000000000000000000000000";
const SECP256K1 = 0;

/** Kairos's own payment transactions, seen through libraries that do not know their type. */
export function paymentSuite(node: EthereumNode): void {
  describe(`payments of type 0x4b on ${node.name}`, () => {
    const { publicClient, address, mined } = connect(node);
    const paid = once(async () => {
      const payment = buildPayment({
        chainId: BigInt(TEST_CHAIN_ID),
        nonce: BigInt(await publicClient.getTransactionCount({ address: address(9) })),
        payments: [7, 8].map((to) => ({ to: address(to).slice(2).toLowerCase() as Address, amount: 1_500_000n })),
      });
      const signer = createPaymentSigner(SECP256K1, Uint8Array.fromHex(privateKeyOf(9).slice(2)));
      const serializedTransaction = bytesToHex0x(signPayment(payment, signer)) as Hex;
      const before = await publicClient.getBalance({ address: address(7) });
      const receipt = await mined(await publicClient.sendRawTransaction({ serializedTransaction }));
      return { receipt, before };
    });

    test("viem sends one, and reads it, its block and its Transfer logs", async () => {
      const { receipt, before } = await paid();
      assert.equal(await publicClient.getBalance({ address: address(7) }), before + 15n * 10n ** 17n);
      const transaction = await publicClient.getTransaction({ hash: receipt.transactionHash });
      assert.deepEqual([transaction.typeHex, transaction.value, transaction.input], ["0x4b", 3n * 10n ** 18n, "0x"]);
      assert.equal(transaction.to?.toLowerCase(), address(7).toLowerCase());
      const block = await publicClient.getBlock({ blockNumber: receipt.blockNumber, includeTransactions: true });
      assert.equal(block.transactions[0]?.hash, receipt.transactionHash);
      const logs = await publicClient.getContractEvents({
        abi: erc20Abi,
        address: FACE,
        eventName: "Transfer",
        args: { from: address(9) },
        fromBlock: receipt.blockNumber,
      });
      assert.deepEqual(
        logs.map((log) => log.args.value),
        [1_500_000n, 1_500_000n],
      );
    });

    test("ethers reads it, its receipt and its block", async (t) => {
      const { receipt } = await paid();
      const provider = new JsonRpcProvider(node.url);
      t.after(() => provider.destroy());
      const transaction = await provider.getTransaction(receipt.transactionHash);
      assert.deepEqual([transaction?.type, transaction?.value], [0x4b, 3n * 10n ** 18n]);
      assert.equal((await provider.getTransactionReceipt(receipt.transactionHash))?.logs.length, 2);
      const block = await provider.getBlock(Number(receipt.blockNumber), true);
      assert.equal(block?.prefetchedTransactions[0]?.hash, receipt.transactionHash);
    });

    test("cast shows it", { skip: foundryProgram("cast") === undefined && "cast is not installed" }, async () => {
      const { receipt } = await paid();
      const cast = async (...args: string[]) =>
        (await promisify(execFile)(foundryProgram("cast")!, [...args, "--rpc-url", node.url])).stdout;
      assert.match(await cast("tx", receipt.transactionHash), /0x4b|75/);
      assert.match(await cast("receipt", receipt.transactionHash, "status"), /^(1|0x1|true)\b/);
      assert.match(await cast("block", `${receipt.blockNumber}`, "--full"), new RegExp(receipt.transactionHash));
    });
  });
}
