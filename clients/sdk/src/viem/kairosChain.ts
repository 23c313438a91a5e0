import { buildPayment, encodePayment, type PaymentFields, paymentPreimage } from "@polis/kairos";
import {
  type Account,
  type Chain,
  defineChain,
  type Hash,
  type Signature,
  serializeTransaction,
  type TransactionSerializable,
  type Transport,
  type Client as ViemClient,
} from "viem";
import { getBlock, getTransactionCount, sendRawTransaction } from "viem/actions";
import { SdkError } from "../errors/sdkError.ts";
import { parseAddress } from "../text/address.ts";
import { bytesOf, type Hex, hexOf } from "../text/hex.ts";

/** A payment of type 0x4b as viem passes it to the chain's serializer. Fees in 10^-18 USDC. */
export interface PaymentSerializable {
  readonly type: "kairosPayment";
  readonly chainId: number;
  readonly nonce: number;
  /** Amounts in 10^-6 USDC. */
  readonly payments: readonly { readonly to: Hex; readonly amount: bigint; readonly memo?: Hex }[];
  readonly maxFee: bigint;
  readonly maxTip?: bigint;
  /** Unix seconds. */
  readonly validAfter?: bigint;
  readonly validBefore?: bigint;
}

/** Where a network is. */
export interface KairosChainOptions {
  readonly id: number;
  /** JSON-RPC over HTTP; the WebSocket is at the same address. */
  readonly rpcUrl: string;
  readonly name?: string;
  readonly testnet?: boolean;
}

/**
 * A Kairos network for viem: USDC as native currency with 18 decimals, and a serializer that knows payments.
 * @example kairosChain({ id: 52_470, rpcUrl: url }).nativeCurrency.symbol; // => "USDC"
 */
export function kairosChain({ id, rpcUrl, name = `Kairos ${id}`, testnet = true }: KairosChainOptions) {
  return defineChain({
    id,
    name,
    nativeCurrency: { name: "USDC", symbol: "USDC", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl], webSocket: [rpcUrl.replace(/^http/, "ws")] } },
    testnet,
    serializers: { transaction: serializeKairosTransaction },
  });
}

/**
 * Writes a transaction of any type that the chain has: without a signature what is to be signed, with it the envelope. The
 * signature is that of a secp256k1 account (kind 0 of kairos 7.4).
 * @throws SdkError PAYMENT for fields that contradict each other
 * @example
 * const payments = [{ to: bob.address, amount: 1_000_000n }];
 * serializeKairosTransaction({ type: "kairosPayment", chainId: 1, nonce: 0, payments, maxFee: 1n }).slice(0, 4); // => "0x4b"
 */
export function serializeKairosTransaction(
  transaction: TransactionSerializable | PaymentSerializable,
  signature?: Signature,
): Hex {
  if (transaction.type !== "kairosPayment")
    return serializeTransaction(transaction as TransactionSerializable, signature);
  const fields = fieldsOf(transaction as PaymentSerializable);
  const key = { kind: 0 as const, publicKey: new Uint8Array(0) };
  if (signature === undefined) return hexOf(paymentPreimage(fields, key));
  const { r, s } = signature;
  const parity = signature.yParity ?? (signature.v === 27n ? 0 : 1);
  const bytes = bytesOf(`0x${r.slice(2).padStart(64, "0")}${s.slice(2).padStart(64, "0")}0${parity}`);
  return hexOf(encodePayment(fields, { ...key, signature: bytes }, undefined));
}

/** What `sendPayment` needs; the rest is read from the node. */
export type PaymentCall = Pick<PaymentSerializable, "payments" | "maxTip" | "validAfter" | "validBefore"> &
  Partial<Pick<PaymentSerializable, "maxFee" | "nonce">>;

/**
 * Payments for a viem wallet client of a local account: `createWalletClient({ … }).extend(kairosActions)`.
 * @example
 * const account = viem.privateKeyToAccount(hexOf(carol.revealSecret()));
 * const chain = kairosChain({ id: 52_470, rpcUrl: url });
 * const wallet = viem.createWalletClient({ account, chain, transport: viem.http() }).extend(kairosActions);
 * const hash = await wallet.sendPayment({ payments: [{ to: bob.address, amount: 1_000_000n }] });
 * hash.length; // => 66
 */
export function kairosActions(client: ViemClient<Transport, Chain | undefined, Account | undefined>) {
  return {
    /** Signs a payment with the next nonce and twice the fee of today, and hands it to the node. */
    async sendPayment(call: PaymentCall): Promise<Hash> {
      const { account, chain } = client;
      if (account?.type !== "local" || chain === undefined) {
        const hint = "make the wallet client with an account from viem/accounts and a kairosChain";
        throw new SdkError("CONFIGURATION", "payments need a local account and a chain", hint);
      }
      const nonce =
        call.nonce ?? (await getTransactionCount(client, { address: account.address, blockTag: "pending" }));
      const maxFee = call.maxFee ?? (await feeLimit(client, call));
      const payment: PaymentSerializable = { ...call, type: "kairosPayment", chainId: chain.id, nonce, maxFee };
      const serializedTransaction = await account.signTransaction(payment as never, {
        serializer: serializeKairosTransaction as never,
      });
      return sendRawTransaction(client, { serializedTransaction });
    },
  };
}

/** Twice what the payment costs at the base fee of the last block, and the tip. */
async function feeLimit(client: ViemClient<Transport, Chain | undefined>, call: PaymentCall): Promise<bigint> {
  const { baseFeePerGas } = await getBlock(client);
  const { payments } = call;
  const memoBytes = payments.reduce((sum, { memo = "0x" }) => sum + memo.length / 2 - 1, 0);
  const gas = BigInt(12_000 + 9_000 * payments.length + 16 * memoBytes);
  return 2n * gas * (baseFeePerGas ?? 0n) + (call.maxTip ?? 0n);
}

function fieldsOf({ chainId, nonce, payments, ...rest }: PaymentSerializable): PaymentFields {
  if (payments.length < 1 || payments.length > 256) {
    throw new SdkError("PAYMENT", `${payments.length} transfers`, "a payment has 1 to 256");
  }
  return buildPayment({
    ...{ chainId: BigInt(chainId), nonce: BigInt(nonce), kind: 0, maxFee: rest.maxFee, maxTip: rest.maxTip ?? 0n },
    ...{ validAfter: rest.validAfter ?? 0n, validBefore: rest.validBefore ?? 0n },
    payments: payments.map(({ to, amount, memo = "0x" }) => ({ to: parseAddress(to), amount, memo: bytesOf(memo) })),
  });
}
