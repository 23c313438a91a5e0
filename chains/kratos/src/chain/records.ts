import {
  type Digest,
  decodeKce,
  type Height,
  type Kce,
  kceBool,
  kceBytes,
  kceDigest,
  kceList,
  kceOptional,
  kceRecord,
  kceText,
  kceU32,
} from "@polis/codec";
import { kceHeight, kceKrat } from "../kce.ts";
import type { Receipt } from "../runtime/applyTransaction.ts";

/** Receipts and encoded events of a block: derivable, and kept so that they need not be derived (kratos-core 2.5, 2.9). */
export interface Outcome {
  readonly receipts: readonly Receipt[];
  readonly events: readonly Uint8Array[];
}

/** A changed entry as it is stored. */
export interface StoredChange {
  readonly name: string;
  readonly key: Uint8Array;
  /** Undefined: the entry is gone. */
  readonly value: Uint8Array | undefined;
}

/** What is stored of a block that is not final: enough to go on from it without applying it again. */
export interface UnfinalRecord {
  readonly changes: readonly StoredChange[];
  readonly outcome: Outcome;
}

/** Where a transaction is. */
export interface Place {
  readonly number: Height;
  readonly index: number;
}

/** Events of one block at most; a stored block cannot have more than its transactions and its epochs make. */
const MAX_EVENTS = 1_000_000;
const MAX_CHANGES = 1_000_000;
/** Most bytes of a stored record that are looked at. */
export const MAX_RECORD_BYTES = 1 << 28;

const kceReceipt: Kce<Receipt> = kceRecord({ success: kceBool, fee: kceKrat, code: kceOptional(kceText(64)) });

/** An outcome on disk. */
export const kceOutcome: Kce<Outcome> = kceRecord({
  receipts: kceList(kceReceipt, 1_000),
  events: kceList(kceBytes(1_048_576), MAX_EVENTS),
});

const kceChange: Kce<StoredChange> = kceRecord({
  name: kceText(256),
  key: kceBytes(256),
  value: kceOptional(kceBytes(1 << 24)),
});

/** An unfinal block's record on disk. */
export const kceUnfinal: Kce<UnfinalRecord> = kceRecord({
  changes: kceList(kceChange, MAX_CHANGES),
  outcome: kceOutcome,
});

/** A place on disk. */
export const kcePlace: Kce<Place> = kceRecord({ number: kceHeight, index: kceU32 });

/** A block's number and hash on disk. */
export const kceRef: Kce<{ readonly number: Height; readonly hash: Digest }> = kceRecord({
  number: kceHeight,
  hash: kceDigest,
});

/** Reads what this node stored itself. @throws Error when it does not decode: the disk is damaged */
export function readStored<T>(codec: Kce<T>, bytes: Uint8Array, what: string): T {
  const decoded = decodeKce(codec, bytes, MAX_RECORD_BYTES);
  if (!decoded.ok) throw new Error(`the stored ${what} is damaged: ${decoded.fault.code}`);
  return decoded.value;
}
