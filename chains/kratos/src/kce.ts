import {
  type Digest,
  type Epoch,
  epoch,
  type Height,
  height,
  type Kce,
  type Krat12,
  kceCounter,
  kceDigest,
  kceList,
  kceMap,
  kceU128,
  krat12,
  type Seconds,
  type Slot,
  seconds,
  slot,
} from "@polis/codec";

/** An amount in base units, u128. */
export const kceKrat: Kce<Krat12> = kceMap(kceU128, krat12, (value) => value);
/** An epoch, u64. */
export const kceEpoch: Kce<Epoch> = kceMap(kceCounter, epoch, (value) => value);
/** A block number, u64. */
export const kceHeight: Kce<Height> = kceMap(kceCounter, height, (value) => value);
/** A slot, u64. */
export const kceSlot: Kce<Slot> = kceMap(kceCounter, slot, (value) => value);
/** Unix seconds, u64. */
export const kceSeconds: Kce<Seconds> = kceMap(kceCounter, seconds, (value) => value);

/** A list of accounts or hashes. */
export function kceDigests(maxItems: number): Kce<readonly Digest[]> {
  return kceList(kceDigest, maxItems);
}
