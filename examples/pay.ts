// Sends one payment to a local network and waits until it is final.
//
//   npx kairos localnet                  in one terminal: six validators
//   npx node examples/pay.ts             in another: pays 1.25 USDC from the first funded account to the second
//
// Arguments, all optional: the file of funded accounts, and the JSON-RPC address of any validator.
import { readFileSync } from "node:fs";
import { type Address, bytesToHex0x } from "@polis/codec";
import { buildPayment, createPaymentSigner, signPayment } from "@polis/kairos";

const [accountsPath = ".polis/localnet-6/accounts.json", url = "http://127.0.0.1:8545"] = process.argv.slice(2);
/** Amounts of payments count in 10^-6 USDC. */
const AMOUNT_USDC6 = 1_250_000n;
const ED25519 = 1;
const TIMEOUT_MS = 30_000;

interface Account {
  readonly address: string;
  readonly secret: string;
}

async function call<T>(method: string, ...params: unknown[]): Promise<T> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  const answer = (await response.json()) as { result?: T; error?: { message: string } };
  if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
  return answer.result as T;
}

const [from, to] = JSON.parse(readFileSync(accountsPath, "utf8")) as readonly [Account, Account];
const payment = buildPayment({
  chainId: BigInt(await call<string>("eth_chainId")),
  nonce: BigInt(await call<string>("eth_getTransactionCount", from.address, "pending")),
  payments: [{ to: to.address.slice(2) as Address, amount: AMOUNT_USDC6 }],
});
const envelope = signPayment(payment, createPaymentSigner(ED25519, Uint8Array.fromHex(from.secret)));

const start = performance.now();
const hash = await call<string>("eth_sendRawTransaction", bytesToHex0x(envelope));
// A receipt exists only for finalized blocks: a payment that has one can never be taken back.
let receipt: { status: string; blockNumber: string } | null = null;
while (receipt === null) {
  if (performance.now() - start > TIMEOUT_MS) throw new Error(`no receipt for ${hash} within ${TIMEOUT_MS} ms`);
  await new Promise((resolve) => setTimeout(resolve, 5));
  receipt = await call("eth_getTransactionReceipt", hash);
}
const ms = Math.round(performance.now() - start);
const outcome = receipt.status === "0x1" ? "paid 1.25 USDC" : "the payment failed";
console.log(`${outcome} in block ${Number(receipt.blockNumber)}, final after ${ms} ms: ${hash}`);
