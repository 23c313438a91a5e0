import { type Digest, decodeKce, type Epoch, type Height, kceDigest, kceRecord, krat12 } from "@polis/codec";
import { checkJustification, type Justification, kceJustification, MIN_VOTERS } from "@polis/finality";
import { blockHash, HEADER_BYTES, kceHeader } from "../../block/header.ts";
import { kceEpoch, kceHeight } from "../../kce.ts";
import { type CallKind, defineCall } from "../../runtime/call.ts";
import type { CallContext } from "../../runtime/context.ts";
import { defineEvent, type EventKind } from "../../runtime/event.ts";
import { countDuty } from "../participation/duties.ts";
import { security } from "../security/securityState.ts";
import { finality, setFor } from "./finalityRecord.ts";

/** Parameters of call 13. */
export interface RecordParams {
  readonly justification: Justification;
}

/** Event 11. */
export const FinalityRecorded: EventKind<{ readonly number: Height; readonly hash: Digest; readonly set: Epoch }> =
  defineEvent(11, "FinalityRecorded", kceRecord({ number: kceHeight, hash: kceDigest, set: kceEpoch }));

/** Call 13: the author puts the newest justification on chain, first in its block (kratos-core 2.5, 7.6). Free. */
export const RecordFinality: CallKind<RecordParams> = defineCall(
  13,
  "RecordFinality",
  kceRecord({ justification: kceJustification }),
  { class: "S", baseFee: krat12(0n), isFree: true, admit, apply },
);

function admit({ state, block, sender, index }: CallContext, { justification }: RecordParams): string | undefined {
  if (sender !== block.author || index !== 0) return "NotTheAuthor";
  const record = state.get(finality);
  const { number } = justification.block;
  if (number <= record.number || number >= block.number) return "NotNewer";
  const set = setFor(record, number);
  if (set === undefined || set.id !== justification.set || set.voters.length < MIN_VOTERS) return "OtherSet";
  const { chainIdentity, signatures } = block;
  const vote = signatures?.vote;
  const context = { chainIdentity, set, readHeader, ...(vote && { signatures: { verify: vote } }) };
  const checked = checkJustification(context, justification);
  return checked.ok ? undefined : checked.fault.code;
}

function apply({ state, emit }: CallContext, { justification }: RecordParams): undefined {
  const { block, set: id, precommits } = justification;
  const record = state.get(finality);
  const set = setFor(record, block.number)!;
  const signers = new Set(precommits.map(({ validator }) => validator));
  for (const voter of set.voters) countDuty(state, voter, signers.has(voter) ? "signed" : "unsigned");
  const sets = record.sets.filter(({ handoff }) => handoff === undefined || handoff > block.number);
  state.set(finality, { number: block.number, hash: block.hash, sets });
  state.update(security, (before) => ({ ...before, epochsWithoutFinality: 0 }));
  emit(FinalityRecorded.of({ number: block.number, hash: block.hash, set: id }));
}

/** A header in the ancestry of a justification; its hash is computed here. */
export function readHeader(bytes: Uint8Array) {
  const decoded = decodeKce(kceHeader, bytes, HEADER_BYTES);
  if (!decoded.ok) return undefined;
  const { number, parentHash } = decoded.value;
  return { number, hash: blockHash(decoded.value), parentHash };
}
