import type { Address, Digest } from "@polis/codec";
import { asciiBytes, digestOf, writeU32, writeU256 } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { RecentCache } from "@polis/state";
import { faceAddress, paymentsLogAddress } from "../addresses.ts";

/** One log of a receipt. Topics are 32 bytes each. */
export interface Log {
  readonly address: Address;
  readonly topics: readonly Digest[];
  readonly data: Uint8Array;
}

/** Topic 0 of `Transfer(address indexed from, address indexed to, uint256 value)`. */
export const transferTopic: Digest = digestOf(keccak256(asciiBytes("Transfer(address,address,uint256)")));

/** Topic 0 of `PaymentMemo(address indexed from, address indexed to, bytes32 indexed ref, bytes memo)`. */
export const paymentMemoTopic: Digest = digestOf(keccak256(asciiBytes("PaymentMemo(address,address,bytes32,bytes)")));

const topicOf = new RecentCache<Address, Digest>(65_536);

/** An address as a 32-byte topic. Remembered, so that a topic is one text with one hash, however often it is looked up. */
export function addressTopic(account: Address): Digest {
  const known = topicOf.get(account);
  if (known !== undefined) return known;
  const topic = `${"00".repeat(12)}${account}` as Digest;
  topicOf.set(account, topic);
  return topic;
}

/**
 * The one log of a movement of USDC (kairos U7), from the face.
 * @param amount 10^-6 USDC
 */
export function transferLog(from: Address, to: Address, amount: bigint): Log {
  return { address: faceAddress, topics: [transferTopic, addressTopic(from), addressTopic(to)], data: word(amount) };
}

/** The log that follows the Transfer of a payment with a memo (kairos T16). `memo` is not empty. */
export function paymentMemoLog(from: Address, to: Address, memo: Uint8Array): Log {
  const ref = memo.length <= 32 ? (memo.toHex().padEnd(64, "0") as Digest) : digestOf(keccak256(memo));
  const data = new Uint8Array(64 + Math.ceil(memo.length / 32) * 32);
  data[31] = 32;
  writeU32(data, 60, memo.length);
  data.set(memo, 64);
  return {
    address: paymentsLogAddress,
    topics: [paymentMemoTopic, addressTopic(from), addressTopic(to), ref],
    data,
  };
}

/** A 256-bit word; amounts below 2^53 take a path without bigint shifts. */
function word(value: bigint): Uint8Array {
  const out = new Uint8Array(32);
  if (value > 0x1f_ffff_ffff_ffffn) {
    writeU256(out, 0, value);
    return out;
  }
  const small = Number(value);
  writeU32(out, 24, Math.floor(small / 0x1_0000_0000));
  writeU32(out, 28, small % 0x1_0000_0000);
  return out;
}
