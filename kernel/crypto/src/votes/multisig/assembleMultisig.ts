import type { Digest, Epoch, ValidatorIndex, View } from "@polis/codec";
import { bls } from "../../native/primitives.ts";
import type { BlsPublicKey, BlsSignature } from "../../primitives/types.ts";
import { bisect } from "../bisect.ts";
import { bitmapOf } from "../bitmap.ts";
import type { Quorums } from "../quorums.ts";
import { assertQuorum } from "../quorums.ts";
import type { Assembled, Certificate, CertificateKind, Vote } from "../types.ts";

/** What assembling needs of its scheme. */
export interface MultisigContext {
  readonly keys: readonly BlsPublicKey[];
  readonly epoch: Epoch;
  readonly quorums: Quorums;
  readonly message: (view: View, digest: Digest | undefined) => Uint8Array;
  readonly verifyCertificate: (certificate: Certificate) => boolean;
}

/**
 * Sums the votes' signatures and verifies the sum once; on failure finds the signers to blame (kairos K9, K16). The points
 * are not checked for the subgroup one by one: a sum outside it fails. Throws a RangeError when the votes are no quorum of
 * distinct signers for one message, because then blame would fall on the innocent.
 */
export function assembleMultisig(kind: CertificateKind, votes: readonly Vote[], context: MultisigContext): Assembled {
  const { view, digest } = assertQuorum(kind, votes, context.quorums);
  const { keys, epoch } = context;
  const malformed: ValidatorIndex[] = [];
  const points: Point[] = [];
  for (const { signer, sig } of votes) {
    const signature = bls.parseSignatureUnchecked(sig);
    if (signature === undefined) malformed.push(signer);
    else points.push({ signer, key: keys[signer]!, signature });
  }
  if (malformed.length === 0) {
    const bitmap = bitmapOf(
      votes.map((vote) => vote.signer),
      keys.length,
    );
    const signature = bls.signatureBytes(bls.addSignatures(points.map((point) => point.signature)));
    const certificate: Certificate = {
      kind,
      scheme: "multisig",
      epoch,
      view,
      digest,
      bitmap,
      signature,
      seed: undefined,
    };
    if (context.verifyCertificate(certificate)) return { ok: true, certificate };
  }
  const check = (group: readonly Point[]) => verifySum(context.message(view, digest), group);
  const allGood = points.length === 0 || (malformed.length > 0 && check(points));
  const wrong = allGood ? [] : bisect(points, check).map((point) => point.signer);
  return { ok: false, culprits: [...malformed, ...wrong].sort((a, b) => a - b) };
}

interface Point {
  readonly signer: ValidatorIndex;
  readonly key: BlsPublicKey;
  readonly signature: BlsSignature;
}

/** Verifies the sum of a group; for one member this is the rule of verifyVote, subgroup included. */
function verifySum(message: Uint8Array, group: readonly Point[]): boolean {
  const key = bls.addPublicKeys(group.map((point) => point.key));
  const signature = bls.addSignatures(group.map((point) => point.signature));
  return bls.verifyUnchecked(message, key, signature);
}
