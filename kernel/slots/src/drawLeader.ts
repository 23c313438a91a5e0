import { asciiBytes, bytesToBigInt, concatBytes, type Digest, encodeKce, kceCounter, type Slot } from "@polis/codec";
import { blake3 } from "@polis/crypto";
import type { Snapshot } from "./snapshot.ts";

const PREFIX = asciiBytes("KRATOS_SLOT_LEADER_V1:");

/** A slot's draw: the point on the line of cumulative weights, and who lies there. */
export interface SlotDraw {
  readonly point: bigint;
  readonly leader: Digest;
}

/**
 * The one leader of a slot (kratos-core 6.5): a point drawn from randomness and slot falls on the first candidate whose
 * cumulative weight exceeds it. Chances are proportional to weights up to 2^-128.
 * @param snapshot the schedule of the slot's epoch
 * @param randomness R_e, 32 bytes
 * @param slot absolute
 * @returns undefined when there are no candidates
 */
export function drawLeader(snapshot: Snapshot, randomness: Uint8Array, slot: Slot): SlotDraw | undefined {
  const drawn = bytesToBigInt(blake3(concatBytes(PREFIX, randomness, encodeKce(kceCounter, slot))));
  const point = (drawn * snapshot.total) >> 256n;
  let cumulative = 0n;
  for (const { account, weight } of snapshot.candidates) {
    cumulative += weight;
    if (cumulative > point) return { point, leader: account };
  }
  return undefined;
}
