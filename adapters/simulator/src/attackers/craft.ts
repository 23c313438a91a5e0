import type { Digest, View } from "@polis/codec";
import type { Certificate, VoteKeys } from "@polis/crypto";
import type { Message, Propose } from "@polis/minimmit";
import type { BlockInfo } from "@polis/ports";
import type { AttackTools } from "./attacker.ts";

/** A genuine notarize of one of the faulty keys. */
export function notarizeOf(tools: AttackTools, keys: VoteKeys, view: View, digest: Digest): Message {
  const { epoch } = tools;
  return { kind: "notarize", epoch, view, digest, signer: keys.index, sig: keys.signNotarize(epoch, view, digest) };
}

/** A genuine nullify of one of the faulty keys. */
export function nullifyOf(tools: AttackTools, keys: VoteKeys, view: View): Message {
  const { epoch } = tools;
  return { kind: "nullify", epoch, view, signer: keys.index, sig: keys.signNullify(epoch, view) };
}

/** What a block says of itself, when the attacker can read it. */
export function infoOf(tools: AttackTools, block: Uint8Array): BlockInfo | undefined {
  const inspected = tools.ledger.inspect(block);
  return inspected.ok ? inspected.value : undefined;
}

/** A proposal signed with this attacker's own key, whether or not it leads the view. */
export function proposeOf(tools: AttackTools, block: Uint8Array, proofs: readonly Certificate[]): Propose | undefined {
  const info = infoOf(tools, block);
  if (info === undefined) return undefined;
  const { epoch, keys } = tools;
  const { view } = info;
  const proposeSig = keys.signProposal(info);
  return {
    kind: "propose",
    epoch,
    view,
    proposeSig,
    voteSig: keys.signNotarize(epoch, view, info.digest),
    proofs,
    block,
  };
}

/** Another block for the same view and parent as a given proposal, valid in itself; undefined when it cannot be built. */
export function rivalOf(tools: AttackTools, proposal: Propose, laterMs = 1): Propose | undefined {
  const info = infoOf(tools, proposal.block);
  if (info === undefined || !tools.ledger.isExecuted(info.parentDigest)) return undefined;
  const { view, parentDigest, parentView, prevSeed } = info;
  const timeMs = (info.timeMs + laterMs) as BlockInfo["timeMs"];
  const built = tools.ledger.build({ view, leader: tools.leaderOf(view), parentDigest, parentView, timeMs, prevSeed });
  return proposeOf(tools, built.block, proposal.proofs);
}

/** Everybody else, shuffled. */
export function othersOf(tools: AttackTools): number[] {
  const all = Array.from({ length: tools.n }, (_, i) => i).filter((i) => i !== tools.self);
  return tools.prng.shuffled(all);
}
