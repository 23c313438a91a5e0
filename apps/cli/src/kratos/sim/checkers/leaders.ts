import { asciiBytes, bytesToBigInt, concatBytes, type Digest } from "@polis/codec";
import { blake3 } from "@polis/crypto";
import { type EpochData, epochData } from "@polis/kratos";
import type { BlockView, Invariant } from "./invariant.ts";

/** Who produces, and from which schedule. */
export const leaderInvariants: readonly Invariant[] = [
  { id: "I8", check: oneLeader },
  { id: "I13", check: fixedSchedule },
];

function oneLeader({ header, after }: BlockView): string | undefined {
  const leader = drawnLeader(after.get(epochData), header.slot);
  if (leader === undefined) return `slot ${header.slot} has no leader, and a block`;
  return leader === header.author ? undefined : `slot ${header.slot} belongs to ${leader}`;
}

/** The draw of kratos-core 6.5, computed again from schedule and randomness. */
export function drawnLeader({ schedule, randomness }: EpochData, at: number): Digest | undefined {
  const drawn = bytesToBigInt(
    blake3(concatBytes(asciiBytes("KRATOS_SLOT_LEADER_V1:"), randomness.at(-1)!.value, u64le(at))),
  );
  let total = 0n;
  for (const { weight } of schedule) total += weight;
  let rest = (drawn * total) / (1n << 256n);
  for (const { account, weight } of schedule) {
    if (rest < weight) return account;
    rest -= weight;
  }
  return undefined;
}

/** Eight bytes, least significant first. */
export function u64le(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes;
}

function fixedSchedule({ before, after, crossed }: BlockView): string | undefined {
  const [was, is] = [before.get(epochData), after.get(epochData)];
  if (crossed === 0) {
    const same = isEqual(was.schedule, is.schedule) && isEqual(was.nextSchedule, is.nextSchedule);
    return same ? undefined : "a schedule changed inside its epoch";
  }
  if (crossed > 1 || isEqual(was.nextSchedule, is.schedule)) return undefined;
  return "the schedule is not the snapshot of the epoch before";
}

function isEqual(a: EpochData["schedule"], b: EpochData["schedule"]): boolean {
  if (a === b) return true;
  return (
    a.length === b.length && a.every(({ account, weight }, i) => b[i]!.account === account && b[i]!.weight === weight)
  );
}
