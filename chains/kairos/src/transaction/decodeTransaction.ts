import { type Address, type Digest, digestOf, ok, type Result } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { refuse, type TransactionFault } from "../errors.ts";
import { decodeEthereum } from "../ethereum/decodeEthereum.ts";
import { executeEthereum } from "../ethereum/executeEthereum.ts";
import { poolEthereum } from "../ethereum/poolEthereum.ts";
import type { EthereumTransaction } from "../ethereum/types.ts";
import { verifyEthereum } from "../ethereum/verifyEthereum.ts";
import type { KairosParams } from "../params.ts";
import { decodePayment } from "../payment/decodePayment.ts";
import { executePayment } from "../payment/executePayment.ts";
import { paymentParties, poolPayment } from "../payment/poolPayment.ts";
import { type PaymentTransaction, paymentType } from "../payment/types.ts";
import { verifyPayment } from "../payment/verifyPayment.ts";
import type { TransactionHandler } from "./execution.ts";
import type { DecodedTransaction, VerifiedTransaction } from "./types.ts";

const payment: TransactionHandler<PaymentTransaction> = {
  decode: decodePayment,
  verify: verifyPayment,
  execute: executePayment,
  parties: paymentParties,
  poolEntry: poolPayment,
};

const ethereum: TransactionHandler<EthereumTransaction> = {
  decode: decodeEthereum,
  verify: verifyEthereum,
  execute: executeEthereum,
  // The sender is recovered, and U12 asks for no other party of an Ethereum transaction: its recipient is judged when value moves.
  parties: () => [],
  poolEntry: poolEthereum,
};

/** Types of kairos 7.1. A handler accepts the type; a text refuses it. Types that are not listed are unknown. */
const types: ReadonlyMap<number, TransactionHandler<DecodedTransaction> | string> = new Map<
  number,
  TransactionHandler<DecodedTransaction> | string
>([
  [0x00, ethereum],
  [0x01, ethereum],
  [0x02, ethereum],
  [0x03, "blob transactions are not supported on this chain"],
  [0x04, ethereum],
  [paymentType, payment],
]);

/** The handler of a decoded transaction's type. */
export function handlerOf(transaction: DecodedTransaction): TransactionHandler<DecodedTransaction> {
  const handler = types.get(transaction.type);
  if (handler === undefined || typeof handler === "string") throw new Error(`no handler for type ${transaction.type}`);
  return handler;
}

/**
 * Reads an envelope of any type (T1, T2); signatures are not checked. Total on peer input.
 * @param hash keccak of the envelope, when the caller has computed it
 * @returns LIMIT_EXCEEDED (size), UNSUPPORTED_TYPE, or a fault of the type's decoder
 */
export function decodeTransaction(
  envelope: Uint8Array,
  params: Pick<KairosParams, "chainId" | "tx">,
  hash: Digest = digestOf(keccak256(envelope)),
): Result<DecodedTransaction, TransactionFault> {
  if (envelope.length > params.tx.maxBytes) return refuse("LIMIT_EXCEEDED", `${envelope.length} bytes`);
  const first = envelope[0];
  if (first === undefined) return refuse("INVALID_FORMAT", "no bytes");
  // An RLP list opens a legacy transaction (EIP-2718), for which a type byte of 0 does not exist on the wire.
  const type = first >= 0xc0 ? 0x00 : first;
  const handler = first === 0x00 ? undefined : types.get(type);
  if (handler === undefined) return refuse("UNSUPPORTED_TYPE", `unknown type 0x${first.toString(16).padStart(2, "0")}`);
  if (typeof handler === "string") return refuse("UNSUPPORTED_TYPE", handler);
  return handler.decode(envelope, hash, params);
}

/** Checks the signatures of a decoded transaction (T3, K3): the same rule in pool, building and validation. */
export function verifyTransaction(transaction: DecodedTransaction): Result<VerifiedTransaction, TransactionFault> {
  const sender = handlerOf(transaction).verify(transaction);
  return sender.ok ? ok({ transaction, sender: sender.value }) : sender;
}

/**
 * Decodes and verifies an envelope: a unit of work for a signature worker, whose answer goes to `markVerified`.
 * @returns the sender
 */
export function verifyEnvelope(
  envelope: Uint8Array,
  params: Pick<KairosParams, "chainId" | "tx">,
): Result<Address, TransactionFault> {
  const decoded = decodeTransaction(envelope, params);
  return decoded.ok ? handlerOf(decoded.value).verify(decoded.value) : decoded;
}
