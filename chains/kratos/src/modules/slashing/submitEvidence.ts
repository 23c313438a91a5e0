import { type Digest, type Height, type Kce, kceDigest, kceRecord, kceVariant, krat12 } from "@polis/codec";
import { type FinalityVote, hasValidSignature, kceVote } from "@polis/finality";
import { blockHash, type Header, isSignedByAuthor, kceHeader } from "../../block/header.ts";
import type { AccountId } from "../../identifiers.ts";
import { type CallKind, defineCall } from "../../runtime/call.ts";
import type { BlockPlace } from "../../runtime/context.ts";
import { defineEvent, type EventKind } from "../../runtime/event.ts";
import type { State } from "../../state/state.ts";
import { validators } from "../validators/validator.ts";
import { offenceId, punished } from "./offences.ts";
import { punish } from "./penalty.ts";

/** What proves an offence (kratos-core 8.3). */
export type Evidence =
  | { readonly kind: "doubleSigning"; readonly first: Header; readonly second: Header }
  | { readonly kind: "equivocation"; readonly first: FinalityVote; readonly second: FinalityVote };

/** Parameters of call 12. */
export interface EvidenceParams {
  readonly evidence: Evidence;
}

/** Evidence in a call and on the wire (kratos-core 8.3). */
export const kceEvidence: Kce<Evidence> = kceVariant({
  doubleSigning: kceRecord({ first: kceHeader, second: kceHeader }),
  equivocation: kceRecord({ first: kceVote, second: kceVote }),
});

/** Event 10. */
export const EvidenceAccepted: EventKind<{ readonly submitter: AccountId; readonly offence: Digest }> = defineEvent(
  10,
  "EvidenceAccepted",
  kceRecord({ submitter: kceDigest, offence: kceDigest }),
);

/** Blocks after which an offence is forgotten (kratos-core 8.3): as long as stake unbonds. */
export const MAX_EVIDENCE_AGE = 403_200;

/** Call 12: proves an offence; the base fee comes back when the penalty took something (kratos-core 8.3). */
export const SubmitEvidence: CallKind<EvidenceParams> = defineCall(
  12,
  "SubmitEvidence",
  kceRecord({ evidence: kceEvidence }),
  {
    class: "S",
    baseFee: krat12(10_000_000n),
    apply(context, { evidence }) {
      const { state, block, sender, emit, refund } = context;
      const act = readEvidence(block, evidence);
      if (act === undefined) return "InvalidEvidence";
      const id = actId(block.chainIdentity, act);
      const refused = refusalOf(state, block.number, act, id);
      if (refused !== undefined) return refused;
      state.set(punished.of(id), block.number);
      const offence = { severity: "Critical", offenceId: id, rulesBlock: act.number } as const;
      // Where nothing is left to take, proofs against oneself would be free, and each is noted for ever.
      if (punish(context, act.offender, offence)) refund();
      emit(EvidenceAccepted.of({ submitter: sender, offence: id }));
      return undefined;
    },
  },
);

/** Why a block refuses a proven act; undefined when it punishes it (kratos-core 8.3). @param at the block's number */
export function refusalOf(state: State, at: Height, act: Act, id: Digest): string | undefined {
  if (act.number + MAX_EVIDENCE_AGE < at) return "EvidenceExpired";
  const accused = state.get(validators.of(act.offender));
  if (accused === undefined || accused.registeredAt > act.number) return "InvalidEvidence";
  return state.get(punished.of(id)) === undefined ? undefined : "DuplicateEvidence";
}

/** What evidence shows: what was done, by whom, and in which block. */
export interface Act {
  readonly kind: number;
  readonly offender: AccountId;
  /** For the id: the slot, or the set. */
  readonly height: number;
  readonly round: number;
  /** For the age. */
  readonly number: number;
}

/** The id of an offence of the root chain (kratos-core 8.3). @param chainIdentity 32 bytes */
export function actId(chainIdentity: Uint8Array, { kind, height, round, offender }: Act): Digest {
  return offenceId(chainIdentity, { kind, chain: 0, height, round, offender });
}

/** The offence that evidence proves, or undefined when it proves none. Needs no state. */
export function readEvidence(
  block: Pick<BlockPlace, "chainIdentity" | "signatures">,
  evidence: Evidence,
): Act | undefined {
  const act = actOf(evidence);
  return act !== undefined && areSigned(block, evidence) ? act : undefined;
}

/** What evidence tells, before its signatures are checked: two things where one may be. */
export function actOf({ kind, first, second }: Evidence): Act | undefined {
  return kind === "doubleSigning" ? ofHeaders(first, second as Header) : ofVotes(first, second as FinalityVote);
}

function ofHeaders(first: Header, second: Header): Act | undefined {
  const isSame = first.author === second.author && first.slot === second.slot;
  if (!isSame || blockHash(first) === blockHash(second)) return undefined;
  const number = Math.max(first.number, second.number);
  return { kind: 0, offender: first.author, height: first.slot, round: 0, number };
}

function ofVotes(first: FinalityVote, second: FinalityVote): Act | undefined {
  const { voter, type, round, set, target } = first;
  const isSame = second.voter === voter && second.type === type && second.round === round && second.set === set;
  const isEqual = target.hash === second.target.hash && target.number === second.target.number;
  if (!isSame || isEqual) return undefined;
  return { kind: 1, offender: voter, height: set, round, number: Math.max(target.number, second.target.number) };
}

function areSigned(
  { chainIdentity, signatures }: Pick<BlockPlace, "chainIdentity" | "signatures">,
  evidence: Evidence,
): boolean {
  if (evidence.kind === "doubleSigning") {
    const isSigned = signatures?.header ?? isSignedByAuthor;
    return isSigned(chainIdentity, evidence.first) && isSigned(chainIdentity, evidence.second);
  }
  const isSigned = signatures?.vote ?? hasValidSignature;
  const { first, second } = evidence;
  return isSigned(chainIdentity, first, first.voter) && isSigned(chainIdentity, second, second.voter);
}
