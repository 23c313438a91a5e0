import {
  concatBytes,
  type Digest,
  digestOf,
  type Epoch,
  encodeKce,
  type Height,
  type Kce,
  kceCounter,
  kceDigest,
  kceEnumeration,
  kceRecord,
  kceU32,
} from "@polis/codec";
import { blake3 } from "@polis/crypto";
import type { AccountId } from "../../identifiers.ts";
import { kceEpoch, kceHeight } from "../../kce.ts";
import { domainBytes } from "../../params/domains.ts";
import { defineTable, type Table } from "../../state/item.ts";
import type { State } from "../../state/state.ts";

/** How grave an offence is (kratos-core 8.1). */
export const severities = ["Critical", "High", "Medium", "Low"] as const;

/** A severity. */
export type Severity = (typeof severities)[number];

/** The count of one severity, and when it last changed or decayed (kratos-core 8.5). */
export interface OffenceCount {
  readonly count: number;
  /** The epoch of the last event, or of the last decay since. */
  readonly since: Epoch;
}

/** `offence:` + AccountId (kratos-core 3.4): counts by severity. */
export type OffenceCounts = Readonly<Record<Severity, OffenceCount>>;

const kceCount: Kce<OffenceCount> = kceRecord({ count: kceU32, since: kceEpoch });
const none: OffenceCount = { count: 0, since: 0 as Epoch };

/** The counters of an account; a missing entry is a clean record. */
export const offences: Table<OffenceCounts> = defineTable<OffenceCounts>("offence:", {
  codec: kceRecord({ Critical: kceCount, High: kceCount, Medium: kceCount, Low: kceCount }),
  maxBytes: 48,
  missing: { Critical: none, High: none, Medium: none, Low: none },
});

/** `punished:` + offence id: the block of the penalty, so that nothing is punished twice. */
export const punished: Table<Height | undefined> = defineTable<Height | undefined>("punished:", {
  codec: kceHeight,
  maxBytes: 8,
  missing: undefined,
});

/** Epochs after which a count falls by one (kratos-core 8.5). */
const DECAY_EPOCHS = 26;

/** A counter at an epoch: each full interval without an event has taken one. */
export function decayed({ count, since }: OffenceCount, at: Epoch): OffenceCount {
  const passed = at - since;
  const intervals = Math.min(count, (passed - (passed % DECAY_EPOCHS)) / DECAY_EPOCHS);
  return { count: count - intervals, since: (since + intervals * DECAY_EPOCHS) as Epoch };
}

/** The counters with one more event, decayed before (kratos-core 8.5). */
export function withOffence(counts: OffenceCounts, severity: Severity, at: Epoch): OffenceCounts {
  return { ...counts, [severity]: { count: decayed(counts[severity], at).count + 1, since: at } };
}

/** Critical offences that have not decayed: an ejected validator may come back at 0 (kratos-core 8.4). */
export function criticalCount(state: State, account: AccountId, at: Epoch): number {
  return decayed(state.get(offences.of(account)).Critical, at).count;
}

/** What an offence id is made of (kratos-core 8.3). */
export interface OffenceName {
  /** 0 double signing, 1 equivocation; the institutions count on from 2. */
  readonly kind: number;
  readonly chain: number;
  readonly height: number;
  readonly round: number;
  readonly offender: AccountId;
}

const kceName: Kce<OffenceName> = kceRecord({
  kind: kceU32,
  chain: kceU32,
  height: kceCounter,
  round: kceU32,
  offender: kceDigest,
});

/** The id under which an offence is punished once (kratos-core 8.3). @param chainIdentity 32 bytes */
export function offenceId(chainIdentity: Uint8Array, name: OffenceName): Digest {
  return digestOf(blake3(concatBytes(domainBytes("slashing"), chainIdentity, encodeKce(kceName, name))));
}

/** The encoding of a severity. */
export const kceSeverity: Kce<Severity> = kceEnumeration(severities);
