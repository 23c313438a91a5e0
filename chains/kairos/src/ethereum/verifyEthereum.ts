import { type Address, concatBytes, ok, type Result, rlpSize, rlpUint } from "@polis/codec";
import { ethereumAddress, keccak256, secp256k1 } from "@polis/crypto";
import { refuse, type TransactionFault } from "../errors.ts";
import { signatureItems } from "./transactionItems.ts";
import type { EthereumTransaction } from "./types.ts";

/**
 * Recovers the sender (kairos T3, K3; EIP-2: s at most N/2).
 * @returns the sender, or INVALID_SIGNATURE
 */
export function verifyEthereum(transaction: EthereumTransaction): Result<Address, TransactionFault> {
  const digest = keccak256(signedBytes(transaction));
  const key = secp256k1.recover(digest, transaction.signature, transaction.yParity);
  return key === undefined ? refuse("INVALID_SIGNATURE") : ok(ethereumAddress(key));
}

/**
 * The bytes that the sender signed, cut out of the envelope: its encoding is canonical, so the fields before the signature
 * are exactly what `signingDigest` would encode again.
 */
function signedBytes({ type, chainId, envelope, yParity, signature }: EthereumTransaction): Uint8Array {
  const isLegacy = type === 0;
  const v = isLegacy ? (chainId === 0n ? 27n : 35n + 2n * chainId) + BigInt(yParity) : BigInt(yParity);
  const [r, s] = signatureItems(signature);
  const end = envelope.length - rlpSize(rlpUint(v)) - rlpSize(r) - rlpSize(s);
  const head = isLegacy ? 0 : 1;
  const first = envelope[head]!;
  const fields = envelope.subarray(head + (first < 0xf8 ? 1 : first - 0xf6), end);
  const tail = isLegacy && chainId !== 0n ? concatBytes(encodedUint(chainId), Uint8Array.of(0x80, 0x80)) : none;
  const listHead = headOf(fields.length + tail.length);
  return concatBytes(isLegacy ? none : envelope.subarray(0, 1), listHead, fields, tail);
}

const none = new Uint8Array(0);

/** RLP of an integer below 2^64. */
function encodedUint(value: bigint): Uint8Array {
  const bytes = rlpUint(value);
  if (bytes.length === 1 && bytes[0]! < 0x80) return bytes;
  return concatBytes(Uint8Array.of(0x80 + bytes.length), bytes);
}

/** Head of an RLP list. */
function headOf(payload: number): Uint8Array {
  if (payload < 56) return Uint8Array.of(0xc0 + payload);
  const length = rlpUint(payload);
  return concatBytes(Uint8Array.of(0xf7 + length.length), length);
}
