import { decodeKce, digestOf, fault, height, ok, type Result } from "@polis/codec";
import { blake3 } from "@polis/crypto";
import { checkJustification, type Justification, MIN_VOTERS, type VoterSet } from "@polis/finality";
import { verifySparseProof } from "@polis/state";
import type { ChainRules } from "../block/applyBlock.ts";
import { blockHash } from "../block/header.ts";
import { finality, setFor } from "../modules/finality/finalityRecord.ts";
import { readHeader } from "../modules/finality/recordFinality.ts";
import type { WarpFault } from "./errors.ts";
import { type Handoff, keyHash } from "./handoff.ts";

/**
 * Follows one handoff (kratos-core 12.12): the set before made the block final, and the block's state says who votes behind it.
 * @param before the set in force; its base is the block at which the one before it ended
 * @returns the next set, whose base is the block of this handoff
 */
export function checkHandoff(rules: ChainRules, before: VoterSet, handoff: Handoff): Result<VoterSet, WarpFault> {
  const { header, justification, record, proof } = handoff;
  const base = { number: header.number, hash: blockHash(header) };
  if (justification.block.hash !== base.hash || justification.block.number !== base.number) return fault("WARP_CHAIN");
  if (base.number <= before.base.number) return fault("WARP_CHAIN");
  if (!isJustified(rules, before, justification)) return fault("WARP_JUSTIFICATION");
  const checked = verifySparseProof(header.stateRoot, keyHash(finality.key), proof);
  if (!checked.ok || checked.value !== digestOf(blake3(record))) return fault("WARP_PROOF");
  const decoded = decodeKce(finality.codec, record, finality.maxBytes);
  const next = decoded.ok ? setFor(decoded.value, height(base.number + 1)) : undefined;
  if (next === undefined || next.id === before.id || next.voters.length < MIN_VOTERS) return fault("WARP_CHAIN");
  return ok({ id: next.id, voters: next.voters, base });
}

/** True when a set made the block of a justification final (kratos-core 7.6). */
export function isJustified(
  { chainIdentity, signatures }: ChainRules,
  set: VoterSet,
  justification: Justification,
): boolean {
  const context = { chainIdentity, set, readHeader, signatures: { verify: signatures.vote } };
  return checkJustification(context, justification).ok;
}
