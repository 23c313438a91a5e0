import { digestOf } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { SdkError } from "../errors/sdkError.ts";
import { bytesOf, type Hex } from "../text/hex.ts";

/** A transaction that is ready to be sent. */
export interface SignedTransaction {
  /** The envelope. */
  readonly raw: Uint8Array;
  readonly hash: Hex;
}

/** What is accepted for sending: a signed transaction, or its envelope. */
export type Sendable = SignedTransaction | Uint8Array | Hex;

/**
 * The envelope with its hash, which is always computed anew (kairos K4).
 * @throws SdkError TRANSACTION for no bytes
 * @example signedTransaction("0x01").hash; // => "0x5fe7f977e71dba2ea1a68e21057beebb9be2ac30c6410aa38d4f3fbe41dcffd2"
 */
export function signedTransaction(sendable: Sendable): SignedTransaction {
  const raw = typeof sendable === "string" ? bytesOf(sendable) : "raw" in sendable ? sendable.raw : sendable;
  if (raw.length === 0) throw new SdkError("TRANSACTION", "there are no bytes to send", "sign a transaction first");
  return { raw, hash: `0x${digestOf(keccak256(raw))}` };
}
