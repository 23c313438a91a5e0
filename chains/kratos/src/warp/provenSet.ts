import { fault, height, ok, type Result } from "@polis/codec";
import { MIN_VOTERS, type VoterSet } from "@polis/finality";
import type { ChainRules } from "../block/applyBlock.ts";
import type { Genesis } from "../genesis/buildGenesis.ts";
import { finality, setFor } from "../modules/finality/finalityRecord.ts";
import { checkHandoff } from "./checkHandoff.ts";
import type { WarpFault } from "./errors.ts";
import type { Handoff } from "./handoff.ts";

/** The set that votes first: it stands in the state of genesis. */
export function genesisSet({ state, header, hash }: Genesis): VoterSet {
  const { id, voters } = setFor(state.get(finality), height(1))!;
  return { id, voters, base: { number: header.number, hash } };
}

/**
 * The set that votes behind a chain of handoffs (kratos-core 12.12). A chain that began with too few voters to make anything
 * final proves nothing: it is synchronised block by block.
 * @param from the set that is known already; that of genesis when it is left out
 */
export function provenSet(
  rules: ChainRules,
  genesis: Genesis,
  handoffs: readonly Handoff[],
  from: VoterSet = genesisSet(genesis),
): Result<VoterSet, WarpFault> {
  let set = from;
  if (set.voters.length < MIN_VOTERS) return fault("WARP_CHAIN");
  for (const handoff of handoffs) {
    const next = checkHandoff(rules, set, handoff);
    if (!next.ok) return next;
    set = next.value;
  }
  return ok(set);
}
