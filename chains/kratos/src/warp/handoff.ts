import { type Digest, digestOf, type Kce, kceBytes, kceDigest, kceList, kceOptional, kceRecord } from "@polis/codec";
import { blake3 } from "@polis/crypto";
import { type Justification, kceJustification } from "@polis/finality";
import type { SparseProof } from "@polis/state";
import { type Header, kceHeader } from "../block/header.ts";
import { finality } from "../modules/finality/finalityRecord.ts";

/**
 * Why the next voter set is the next one: the block whose state opens it, final by the set before, and the proof of that
 * state's entry `finality` (kratos-core 12.12, 7.2).
 */
export interface Handoff {
  readonly header: Header;
  readonly justification: Justification;
  /** The encoded entry. */
  readonly record: Uint8Array;
  readonly proof: SparseProof;
}

/** A state proof in KCE (kratos-core 3.3). */
const kceSparseProof: Kce<SparseProof> = kceRecord({
  siblings: kceList(kceDigest, 256),
  terminal: kceOptional(kceRecord({ key: kceDigest, value: kceDigest })),
});

/** A handoff on disk and on the wire. */
export const kceHandoff: Kce<Handoff> = kceRecord({
  header: kceHeader,
  justification: kceJustification,
  record: kceBytes(finality.maxBytes),
  proof: kceSparseProof,
});

/** Where an entry is in the state tree. */
export function keyHash(key: Uint8Array): Digest {
  return digestOf(blake3(key));
}
