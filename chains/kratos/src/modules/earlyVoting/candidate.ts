import { type Height, type Kce, kceDigest, kceEnumeration, kceOptional, kceRecord } from "@polis/codec";
import type { AccountId } from "../../identifiers.ts";
import { kceDigests, kceHeight } from "../../kce.ts";
import { defineTable, type Table } from "../../state/item.ts";
import type { State } from "../../state/state.ts";
import { security } from "../security/securityState.ts";

/** Where a candidacy stands (kratos-core 4.6). */
export type CandidacyStatus = "Pending" | "Approved" | "Rejected" | "Expired";

/** A candidacy without stake (kratos-core 4.6). */
export interface Candidacy {
  readonly candidate: AccountId;
  readonly proposer: AccountId;
  /** In ascending order; the proposer's vote is among them. */
  readonly voters: readonly AccountId[];
  readonly createdAt: Height;
  readonly status: CandidacyStatus;
  readonly approvedAt: Height | undefined;
}

/** Voters that a candidacy remembers: as many as can take part at a time. */
export const MAX_VOTERS = 101;

const kceCandidacy: Kce<Candidacy> = kceRecord({
  candidate: kceDigest,
  proposer: kceDigest,
  voters: kceDigests(MAX_VOTERS),
  createdAt: kceHeight,
  status: kceEnumeration(["Pending", "Approved", "Rejected", "Expired"]),
  approvedAt: kceOptional(kceHeight),
});

/** `candidate:` + AccountId (kratos-core 3.4). */
export const candidacies: Table<Candidacy | undefined> = defineTable<Candidacy | undefined>("candidate:", {
  codec: kceCandidacy,
  maxBytes: 94 + 32 * MAX_VOTERS,
  missing: undefined,
});

/** Blocks after which a candidacy that was not approved expires (kratos-core 4.6): 7 days. */
const EXPIRY_BLOCKS = 100_800;

/** A candidacy as it is now: expired and rejected ones are never visited, they show it when they are read. */
export function candidacyOf(state: State, account: AccountId, at: Height): Candidacy | undefined {
  const stored = state.get(candidacies.of(account));
  if (stored === undefined || stored.status !== "Pending") return stored;
  if (state.get(security).state !== "Bootstrap") return { ...stored, status: "Rejected" };
  return at >= stored.createdAt + EXPIRY_BLOCKS ? { ...stored, status: "Expired" } : stored;
}
