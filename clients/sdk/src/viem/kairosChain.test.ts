import assert from "node:assert/strict";
import { test } from "node:test";
import { createWalletClient, custom, serializeTransaction } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { PaymentBuilder } from "../payment/paymentBuilder.ts";
import { hexOf } from "../text/hex.ts";
import { Wallet } from "../wallet/wallet.ts";
import { kairosActions, kairosChain, serializeKairosTransaction } from "./kairosChain.ts";

const secret = `0x${"0a".repeat(32)}` as const;
const wallet = Wallet.fromSecret("secp256k1", secret);
const account = privateKeyToAccount(secret);
const to = `0x${"51".repeat(20)}` as const;

test("a viem account signs the same envelope as our own wallet", async () => {
  const signed = PaymentBuilder.pay(to, "1.5", new Uint8Array([1, 2]))
    .validBefore(2_000)
    .maxFee(9_000n)
    .maxTip(5n)
    .sign(wallet, { chainId: 52_470n, nonce: 7n });
  const payment = {
    ...({ type: "kairosPayment", chainId: 52_470, nonce: 7, maxFee: 9_000n, maxTip: 5n, validBefore: 2_000n } as const),
    payments: [{ to, amount: 1_500_000n, memo: "0x0102" as const }],
  };
  const byViem = await account.signTransaction(payment as never, { serializer: serializeKairosTransaction as never });
  assert.equal(byViem, hexOf(signed.raw));
  assert.equal(account.address.toLowerCase(), wallet.address);
  assert.throws(() => serializeKairosTransaction({ ...payment, payments: [] }), { code: "PAYMENT" });
});

test("other types are serialized as viem does", () => {
  const transaction = { type: "eip1559", chainId: 1, nonce: 1, maxFeePerGas: 5n, gas: 21_000n, to } as const;
  assert.equal(serializeKairosTransaction(transaction), serializeTransaction(transaction));
});

test("a wallet client sends payments with the node's nonce and twice the price of the day", async () => {
  const asked: string[] = [];
  const answers: Record<string, unknown> = {
    eth_getTransactionCount: "0x7",
    eth_getBlockByNumber: { baseFeePerGas: "0xa", transactions: [] },
    eth_sendRawTransaction: `0x${"77".repeat(32)}`,
  };
  const transport = custom({
    async request({ method, params }: { method: string; params: string[] }) {
      asked.push(method);
      if (method === "eth_sendRawTransaction") asked.push(params[0]!);
      return answers[method];
    },
  });
  const chain = kairosChain({ id: 52_470, rpcUrl: "http://127.0.0.1:1" });
  const client = createWalletClient({ account, chain, transport }).extend(kairosActions);
  assert.equal(await client.sendPayment({ payments: [{ to, amount: 3n }] }), answers.eth_sendRawTransaction);
  const own = PaymentBuilder.pay(to, "0.000003")
    .maxFee(21_000n * 20n)
    .sign(wallet, { chainId: 52_470n, nonce: 7n });
  assert.deepEqual(asked, [
    "eth_getTransactionCount",
    "eth_getBlockByNumber",
    "eth_sendRawTransaction",
    hexOf(own.raw),
  ]);
  const watching = createWalletClient({ account: account.address, chain, transport }).extend(kairosActions);
  await assert.rejects(watching.sendPayment({ payments: [{ to, amount: 3n }] }), { code: "CONFIGURATION" });
});
