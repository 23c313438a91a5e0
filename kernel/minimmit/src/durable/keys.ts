import { asciiBytes, type Digest, type Epoch, type Height, readU64Number, type View, Writer } from "@polis/codec";
import type { JournalRecord } from "../seam/effects.ts";

/** Names in the table `meta`. */
export const metaKeys = {
  /** Identity of the key and network that the journal belongs to (R27). */
  journal: asciiBytes("journal"),
  /** u64: no vote below this view (R27). */
  safeView: asciiBytes("safe_view"),
  /** height u64 ‖ view u64 ‖ digest 32 of the last finalized block. */
  lastFinalized: asciiBytes("last_finalized"),
  /** u64: certificates and bodies below this view have been cleaned up. */
  pruned: asciiBytes("pruned_view"),
  /** u64: entries of `evidence`. */
  evidence: asciiBytes("evidence_count"),
} as const;

/** The signer that marks a certificate in `nullifications`. */
const certificateSigner = 0xffff;
const recordKinds: readonly JournalRecord["kind"][] = ["proposal", "notarize", "nullify"];
const zeroDigest = "0".repeat(64) as Digest;

/** e u64 ‖ v u64 ‖ kind u8. */
export function journalKey(epoch: Epoch, view: View, kind: JournalRecord["kind"]): Uint8Array {
  return new Writer(17)
    .u64(epoch)
    .u64(view)
    .u8(recordKinds.indexOf(kind) + 1)
    .finish();
}

/** First journal key of a view, to bound ranges. */
export function journalFrom(epoch: Epoch, view: number): Uint8Array {
  return new Writer(16).u64(epoch).u64(view).finish();
}

/** digest 32 ‖ parent 32, zero where absent. */
export function journalValue(record: JournalRecord): Uint8Array {
  return new Writer(64)
    .hex(record.digest ?? zeroDigest)
    .hex(record.parent ?? zeroDigest)
    .finish();
}

/** Reads one journal row; undefined when it is damaged. */
export function readJournalRow(key: Uint8Array, value: Uint8Array): JournalRecord | undefined {
  if (key.length !== 17 || value.length !== 64) return undefined;
  const epoch = readU64Number(key, 0) as Epoch | undefined;
  const view = readU64Number(key, 8) as View | undefined;
  const kind = recordKinds[key[16]! - 1];
  if (epoch === undefined || view === undefined || kind === undefined) return undefined;
  const digest = value.subarray(0, 32).toHex() as Digest;
  const parent = value.subarray(32).toHex() as Digest;
  if ((kind === "nullify") !== (digest === zeroDigest) || (kind !== "proposal" && parent !== zeroDigest))
    return undefined;
  return {
    kind,
    epoch,
    view,
    digest: kind === "nullify" ? undefined : digest,
    parent: kind === "proposal" ? parent : undefined,
  };
}

/** v u64 ‖ hash 32 ‖ kind u8 (1 notarization, 3 finalization). */
export function notarizationKey(view: View, digest: Digest, kind: "notarization" | "finalization"): Uint8Array {
  return new Writer(41)
    .u64(view)
    .hex(digest)
    .u8(kind === "notarization" ? 1 : 3)
    .finish();
}

/** v u64 ‖ 0xffff: the certificate of a view. */
export function nullificationKey(view: View): Uint8Array {
  return new Writer(10).u64(view).u16(certificateSigner).finish();
}

/** u64, as a key of its own and as the first part of others. */
export function u64Key(value: Height | View | number): Uint8Array {
  return new Writer(8).u64(value).finish();
}

/** Reads a u64 value of `meta`; undefined when absent or damaged. */
export function readU64Value(value: Uint8Array | undefined): number | undefined {
  return value?.length === 8 ? readU64Number(value, 0) : undefined;
}

/** height u64 ‖ view u64 ‖ digest 32, the value of `finality` and of `meta.last_finalized`. */
export function placeValue(height: Height, view: View, digest: Digest): Uint8Array {
  return new Writer(48).u64(height).u64(view).hex(digest).finish();
}

/** Reads what `placeValue` wrote; undefined when damaged. */
export function readPlace(
  value: Uint8Array,
): { readonly height: Height; readonly view: View; readonly digest: Digest } | undefined {
  if (value.length !== 48) return undefined;
  const height = readU64Number(value, 0) as Height | undefined;
  const view = readU64Number(value, 8) as View | undefined;
  if (height === undefined || view === undefined) return undefined;
  return { height, view, digest: value.subarray(16).toHex() as Digest };
}
