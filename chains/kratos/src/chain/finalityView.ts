import { type Digest, encodeKce, height } from "@polis/codec";
import { type BlockRef, type FinalityChain, MIN_VOTERS, type VoterSet } from "@polis/finality";
import { kceHeader } from "../block/header.ts";
import { type FinalityRecord, finality, setFor } from "../modules/finality/finalityRecord.ts";
import { readHeader } from "../modules/finality/recordFinality.ts";
import { State } from "../state/state.ts";
import type { ChainNode } from "./chainNode.ts";
import type { ChainTree } from "./chainTree.ts";
import { isBetterHead } from "./forkChoice.ts";
import { ancestorAt, descendants, refOf } from "./paths.ts";

/** What the gadget reads of a chain (kratos-core 7): its blocks, and the voter sets that their states hold. */
export function finalityView(tree: ChainTree): FinalityChain {
  return {
    block(hash) {
      const header = tree.node(hash)?.header ?? tree.readHeader(hash);
      return header && { number: header.number, hash, parentHash: header.parentHash };
    },
    bestContaining: ({ hash }) => bestContaining(tree, hash),
    cut: (target, set) => cut(tree, target, set),
    setAfter: (block, set) => setAfter(tree, block, set),
    header(hash) {
      const header = tree.node(hash)?.header ?? tree.readHeader(hash);
      return header && encodeKce(kceHeader, header);
    },
    readHeader,
  };
}

/** The set that votes now: that of the block behind the last final one. The gadget of a node begins with it. */
export function currentSet(tree: ChainTree): VoterSet {
  return setBehind(tree.final, tree.head);
}

function bestContaining(tree: ChainTree, hash: Digest): BlockRef | undefined {
  const node = tree.node(hash);
  if (node === undefined) return tree.readHeader(hash) && refOf(tree.head);
  if (ancestorAt(tree.head, node.header.number) === node) return refOf(tree.head);
  return refOf(bestAbove(node));
}

function bestAbove(node: ChainNode): ChainNode {
  return descendants(node).reduce((best, next) => (isBetterHead(next, best) ? next : best));
}

/**
 * A set hands over at the first block whose state opened another. A state forgets a set once finality beyond it is recorded:
 * then the last ancestor that still knows it says where it ends.
 */
function cut(tree: ChainTree, target: BlockRef, set: VoterSet): BlockRef {
  const node = tree.node(target.hash);
  for (let at = node; at !== undefined; at = at.parent) {
    const found = recordAt(at).sets.find(({ id }) => id === set.id);
    if (found === undefined) continue;
    const last = found.handoff ?? (at === node ? target.number : at.header.number);
    return target.number <= last ? target : refOf(ancestorAt(at, last) ?? at);
  }
  return target;
}

/** The block's own state says who votes behind it, whatever follows (KD12). */
function setAfter(tree: ChainTree, block: BlockRef, set: VoterSet): VoterSet | undefined {
  const node = tree.node(block.hash);
  const best = node && bestContaining(tree, block.hash);
  if (node === undefined || best === undefined) return undefined;
  const next = setBehind(node, tree.node(best.hash)!);
  return isSame(next, set) ? undefined : next;
}

/** Forks may open sets of one epoch for other voters where too few vote below them (KD13). */
function isSame(a: VoterSet, b: VoterSet): boolean {
  return a.id === b.id && a.voters.length === b.voters.length && a.voters.every((voter, i) => voter === b.voters[i]);
}

/** A set of too few voters never votes: the newest block tells which set took its place. */
function setBehind(final: ChainNode, head: ChainNode): VoterSet {
  const number = height(final.header.number + 1);
  const opened = setFor(recordAt(final), number)!;
  const { id, voters } = opened.voters.length < MIN_VOTERS ? setFor(recordAt(head), number)! : opened;
  return { id, voters, base: refOf(final) };
}

function recordAt(node: ChainNode): FinalityRecord {
  return new State(node.entries).get(finality);
}
