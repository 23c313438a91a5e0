import type { View } from "@polis/codec";
import { certificateFormFault } from "../certificate.ts";
import { verifyBytes } from "../identity.ts";
import type { Certificate, Vote } from "../types.ts";
import { type ThresholdContext, verifyGroup } from "./context.ts";
import { splitVoteSig } from "./voteSig.ts";

/** Verifies every partial of one vote against the voter's share keys (kairos K10). */
export function verifyThresholdVote(vote: Vote, context: ThresholdContext): boolean {
  const partials = vote.epoch === context.epoch ? splitVoteSig(vote, context.seeded) : undefined;
  if (partials === undefined) return false;
  const message = context.message(vote.view, vote.kind === "notarize" ? vote.digest : undefined);
  const { m, l, seed } = partials;
  if (!verifyBytes(context.m.shares[vote.signer], () => message, m)) return false;
  if (l !== undefined && !verifyBytes(context.l.shares[vote.signer], () => message, l)) return false;
  return seed === undefined || verifyBytes(context.m.shares[vote.signer], () => context.seedMessage(vote.view), seed);
}

/** Verifies the group signature and the seed of a certificate, each with one BLS verification (kairos K13, K18). */
export function verifyThresholdCertificate(certificate: Certificate, context: ThresholdContext): boolean {
  const { kind, epoch, view, digest, signature, seed } = certificate;
  if (epoch !== context.epoch || certificateFormFault(certificate, context.shape) !== undefined) return false;
  const sharing = kind === "finalization" ? context.l : context.m;
  const name = `${kind}/${view}/${digest ?? ""}`;
  if (!verifyGroup(context.known, name, sharing.group, () => context.message(view, digest), signature)) return false;
  return seed === undefined || verifySeed(view, seed, context);
}

/** Verifies seed(v): the genesis hash three times for view 0, else a signature of sharing M (kairos K18). */
export function verifySeed(view: View, seed: Uint8Array, context: ThresholdContext): boolean {
  if (!context.seeded || seed.length !== 96) return false;
  if (view === 0) return seed.toHex() === context.genesisHash.repeat(3);
  return verifyGroup(context.seeds, view, context.m.group, () => context.seedMessage(view), seed);
}
