import { digestOf, fault, ok, type Result } from "@polis/codec";
import { blake3 } from "@polis/crypto";
import { checkJustification, MIN_VOTERS, type VoterSet } from "@polis/finality";
import { epochOf } from "@polis/slots";
import { verifySparseProof } from "@polis/state";
import type { ChainRules } from "../block/applyBlock.ts";
import { blockHash } from "../block/header.ts";
import { stateAt } from "../block/stateAt.ts";
import { finality, setFor } from "../modules/finality/finalityRecord.ts";
import { readHeader } from "../modules/finality/recordFinality.ts";
import type { EntryReader } from "../state/state.ts";
import type { WarpFault } from "./errors.ts";
import { type Handoff, keyHash } from "./handoff.ts";

/** Epochs without a block that are processed on a peer's word; behind a longer outage a node syncs block by block. */
const MAX_GAP_EPOCHS = 64;

/**
 * Follows one handoff (kratos-core 12.12): the set before made its block final; the boundary, processed over the proven
 * entries, says who votes next.
 * @param before the set in force; its base is the block at which the one before it ended
 * @returns the next set, whose base is the block of this handoff
 */
export function checkHandoff(rules: ChainRules, before: VoterSet, handoff: Handoff): Result<VoterSet, WarpFault> {
  const { header, justification, childSlot } = handoff;
  const base = { number: header.number, hash: blockHash(header) };
  // Genesis hands over when nothing was produced in the first epoch; everybody has it.
  const isBase = base.hash === before.base.hash;
  if (!isBase) {
    if (justification?.block.hash !== base.hash || justification.block.number !== base.number)
      return fault("WARP_CHAIN");
    if (base.number <= before.base.number) return fault("WARP_CHAIN");
    const { chainIdentity, signatures } = rules;
    const context = { chainIdentity, set: before, readHeader, signatures: { verify: signatures.vote } };
    if (!checkJustification(context, justification).ok) return fault("WARP_JUSTIFICATION");
  }
  const gap = epochOf(rules.clock, childSlot) - header.epoch;
  if (childSlot <= header.slot || gap > MAX_GAP_EPOCHS) return fault("WARP_CHAIN");
  const entries = provenEntries(handoff);
  if (entries === undefined) return fault("WARP_WITNESS");
  const next = boundary(rules, handoff, entries);
  if (next === undefined || next.id === before.id || next.voters.length < MIN_VOTERS) return fault("WARP_CHAIN");
  return ok({ ...next, base });
}

/** The entries whose proofs lead to the block's state root, by the text of their keys; undefined when one does not. */
function provenEntries({ header, entries }: Handoff): ReadonlyMap<string, Uint8Array | undefined> | undefined {
  const proven = new Map<string, Uint8Array | undefined>();
  for (const { key, value, proof } of entries) {
    const checked = verifySparseProof(header.stateRoot, keyHash(key), proof);
    if (!checked.ok || checked.value !== (value && digestOf(blake3(value)))) return undefined;
    proven.set(key.toHex(), value);
  }
  return proven;
}

class Unproven extends Error {}

/** The set behind the boundary; undefined when processing it reads what was not proven. */
function boundary(
  rules: ChainRules,
  { header, childSlot }: Handoff,
  proven: ReadonlyMap<string, Uint8Array | undefined>,
): Pick<VoterSet, "id" | "voters"> | undefined {
  const entries: EntryReader = {
    entry({ key }) {
      const name = key.toHex();
      if (!proven.has(name)) throw new Unproven();
      return proven.get(name);
    },
  };
  try {
    const state = stateAt(rules, { entries, header }, childSlot);
    return setFor(state.get(finality), (header.number + 1) as VoterSet["base"]["number"]);
  } catch (error) {
    if (error instanceof Unproven) return undefined;
    throw error;
  }
}
