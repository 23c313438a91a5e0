import {
  epoch,
  height,
  type Kce,
  kceBytes,
  kceCounter,
  kceDigest,
  kceFixed,
  kceList,
  kceMap,
  kceRecord,
  kceU8,
  kceU32,
} from "@polis/codec";
import type { BlockRef, FinalityVote, Justification, Precommit, VoteType } from "../seam/types.ts";

/** Precommits of one justification: two for each of the most voters, should all equivocate (kratos-core 7.1). */
const MAX_PRECOMMITS = 2_048;
/** kratos-core 7.6. */
export const MAX_ANCESTRY = 256;
const MAX_HEADER_BYTES = 4_096;

const kceNumber = kceMap(kceCounter, height, (value) => value);
const kceSet = kceMap(kceCounter, epoch, (value) => value);

/** number, hash. */
export const kceBlockRef: Kce<BlockRef> = kceRecord({ number: kceNumber, hash: kceDigest });

/** u8: 0 prevote, 1 precommit; anything else is invalid. */
const kceVoteType: Kce<VoteType> = {
  write: (writer, type) => writer.u8(type === "prevote" ? 0 : 1),
  read(reader) {
    const tag = kceU8.read(reader);
    if (tag > 1) reader.fail("KCE_TAG");
    return tag === 0 ? "prevote" : "precommit";
  },
};

/** The signed part of a vote, in the order of kratos-core 7.3. */
export const kceSignedPart: Kce<Pick<FinalityVote, "type" | "target" | "round" | "set">> = kceRecord({
  type: kceVoteType,
  target: kceBlockRef,
  round: kceU32,
  set: kceSet,
});

/** A vote on the wire (kratos-core 7.3). */
export const kceVote: Kce<FinalityVote> = kceRecord({
  type: kceVoteType,
  target: kceBlockRef,
  round: kceU32,
  set: kceSet,
  voter: kceDigest,
  signature: kceFixed(64),
});

const kcePrecommit: Kce<Precommit> = kceRecord({
  target: kceBlockRef,
  validator: kceDigest,
  signature: kceFixed(64),
});

/** A justification on the wire and in evidence (kratos-core 7.6). */
export const kceJustification: Kce<Justification> = kceRecord({
  block: kceBlockRef,
  round: kceU32,
  set: kceSet,
  precommits: kceList(kcePrecommit, MAX_PRECOMMITS),
  ancestry: kceList(kceBytes(MAX_HEADER_BYTES), MAX_ANCESTRY),
});
