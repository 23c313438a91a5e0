import {
  type Digest,
  digestOf,
  type Kce,
  kceBytes,
  kceDigest,
  kceList,
  kceOptional,
  kceRecord,
  type Slot,
} from "@polis/codec";
import { blake3 } from "@polis/crypto";
import { type Justification, kceJustification } from "@polis/finality";
import { type LoadSparse, proveSparse, type SparseNode, type SparseProof } from "@polis/state";
import type { ChainRules } from "../block/applyBlock.ts";
import { type Header, kceHeader } from "../block/header.ts";
import { stateAt } from "../block/stateAt.ts";
import { kceSlot } from "../kce.ts";
import type { Item } from "../state/item.ts";
import type { EntryReader } from "../state/state.ts";

/** An entry of the state after a handoff block, or the proof that it is absent. */
export interface WitnessEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
  readonly proof: SparseProof;
}

/**
 * Why the next voter set is the next one: the last block of a set, final by that set, and of its state just the entries that
 * processing the boundary reads. Who checks it processes the boundary too, and trusts nobody's list (kratos-core 12.12).
 */
export interface Handoff {
  readonly header: Header;
  /** None for genesis, which needs no proof. */
  readonly justification: Justification | undefined;
  /** Slot of the first block behind the boundary. */
  readonly childSlot: Slot;
  readonly entries: readonly WitnessEntry[];
}

/** Entries that a boundary reads at most: some for each of 101 validators and for the candidates. */
const MAX_ENTRIES = 20_000;
const MAX_VALUE_BYTES = 1 << 22;

const kceSparseProof: Kce<SparseProof> = kceRecord({
  siblings: kceList(kceDigest, 256),
  terminal: kceOptional(kceRecord({ key: kceDigest, value: kceDigest })),
});

const kceWitness: Kce<WitnessEntry> = kceRecord({
  key: kceBytes(256),
  value: kceOptional(kceBytes(MAX_VALUE_BYTES)),
  proof: kceSparseProof,
});

/** A handoff on disk and on the wire. */
export const kceHandoff: Kce<Handoff> = kceRecord({
  header: kceHeader,
  justification: kceOptional(kceJustification),
  childSlot: kceSlot,
  entries: kceList(kceWitness, MAX_ENTRIES),
});

/** What is known where a set hands over: the block, its whole state and the slot of its child. */
export interface HandoffSource {
  readonly header: Header;
  readonly entries: EntryReader;
  readonly tree: SparseNode;
  readonly justification: Justification | undefined;
  readonly childSlot: Slot;
}

/** Processes the boundary once more and proves every entry that it reads. */
export function makeHandoff(
  rules: Pick<ChainRules, "runtime" | "params" | "clock">,
  { header, entries, tree, justification, childSlot }: HandoffSource,
  load: LoadSparse,
): Handoff {
  const read = new Map<string, Item<unknown>>();
  const recording: EntryReader = {
    entry(item) {
      read.set(item.name, item);
      return entries.entry(item);
    },
  };
  stateAt(rules, { entries: recording, header }, childSlot);
  const witness = [...read.values()].map((item) => ({
    key: item.key,
    value: entries.entry(item),
    proof: proveSparse(tree, keyHash(item.key), load),
  }));
  return { header, justification, childSlot, entries: witness };
}

/** Where an entry is in the state tree. */
export function keyHash(key: Uint8Array): Digest {
  return digestOf(blake3(key));
}
