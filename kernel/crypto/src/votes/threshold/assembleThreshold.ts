import type { ValidatorIndex } from "@polis/codec";
import { bls } from "../../native/primitives.ts";
import type { BlsKeyedSignature, BlsSignature } from "../../primitives/types.ts";
import { bisect } from "../bisect.ts";
import { assertQuorum } from "../quorums.ts";
import type { Assembled, Certificate, CertificateKind, Vote } from "../types.ts";
import { combinePartials } from "./combine.ts";
import type { ThresholdContext } from "./context.ts";
import { verifyThresholdCertificate } from "./verifyThreshold.ts";
import { splitVoteSig } from "./voteSig.ts";

/**
 * Combines the partials of a quorum and verifies the result once; on failure finds the signers to blame (kairos K12, K16).
 * Throws a RangeError when the votes are no quorum of distinct signers for one message.
 */
export function assembleThreshold(kind: CertificateKind, votes: readonly Vote[], context: ThresholdContext): Assembled {
  const { view, digest } = assertQuorum(kind, votes, context.quorums);
  const sharing = kind === "finalization" ? context.l : context.m;
  const ordered = [...votes].sort((a, b) => a.signer - b.signer);
  const parts = ordered.map((vote) => ({ signer: vote.signer, partials: splitVoteSig(vote, context.seeded) }));
  const own = parts.map(({ signer, partials }) => ({
    signer,
    bytes: kind === "finalization" ? partials?.l : partials?.m,
  }));
  const seeds = parts.map(({ signer, partials }) => ({ signer, bytes: partials?.seed }));
  const message = context.message(view, digest);
  const signature = combine(own, sharing.threshold, context.n);
  const knownSeed = context.seeds.get(view);
  const seed = knownSeed === undefined ? combineSeeds(seeds, context) : Uint8Array.fromHex(knownSeed);
  if (signature !== undefined && (seed !== undefined || !context.seeded)) {
    const bitmap = new Uint8Array(0);
    const certificate: Certificate = {
      kind,
      scheme: "threshold",
      epoch: context.epoch,
      view,
      digest,
      bitmap,
      signature,
      seed,
    };
    // The combination proves the first t votes only; the others are verified beside it, all in one check.
    const spare = own.slice(sharing.threshold);
    if (verifyThresholdCertificate(certificate, context) && culpritsOf(spare, message, sharing.shares).length === 0) {
      return { ok: true, certificate };
    }
  }
  const culprits = new Set(culpritsOf(own, message, sharing.shares));
  if (context.seeded) for (const c of culpritsOf(seeds, context.seedMessage(view), context.m.shares)) culprits.add(c);
  if (culprits.size === 0) throw new Error("the share keys do not fit the group key: checkSharing was not called");
  return { ok: false, culprits: [...culprits].sort((a, b) => a - b) };
}

function combineSeeds(seeds: readonly Part[], context: ThresholdContext): Uint8Array | undefined {
  return context.seeded ? combine(seeds, context.m.threshold, context.n) : undefined;
}

/** One signer's partial of one sharing; absent when its vote had the wrong length. */
interface Part {
  readonly signer: ValidatorIndex;
  readonly bytes: Uint8Array | undefined;
}

/** The group's point from the first t parts, compressed; undefined when a part is malformed. */
function combine(parts: readonly Part[], threshold: number, n: number): Uint8Array | undefined {
  const used = parts.slice(0, threshold);
  const points: BlsSignature[] = [];
  for (const { bytes } of used) {
    const point = bytes === undefined ? undefined : bls.parseSignatureUnchecked(bytes);
    if (point === undefined) return undefined;
    points.push(point);
  }
  const shareIndices = used.map(({ signer }) => signer + 1);
  const combined = combinePartials(n, shareIndices, points);
  return combined === undefined ? undefined : bls.signatureBytes(combined);
}

/** Signers whose partial is malformed or wrong: halves of a random linear combination, one by one at the end (kairos K16). */
function culpritsOf(
  parts: readonly Part[],
  message: Uint8Array,
  shareKeys: ThresholdContext["keys"],
): readonly ValidatorIndex[] {
  const culprits: ValidatorIndex[] = [];
  const items: (BlsKeyedSignature & { readonly signer: ValidatorIndex })[] = [];
  for (const { signer, bytes } of parts) {
    const signature = bytes === undefined ? undefined : bls.parseSignature(bytes);
    if (signature === undefined) culprits.push(signer);
    else items.push({ signer, publicKey: shareKeys[signer]!, signature });
  }
  const check = (group: typeof items) =>
    group.length === 1 ? bls.verify(message, group[0]!.publicKey, group[0]!.signature) : bls.verifyAll(message, group);
  if (items.length === 0 || check(items)) return culprits;
  return [...culprits, ...bisect(items, (group) => check([...group])).map((item) => item.signer)];
}
