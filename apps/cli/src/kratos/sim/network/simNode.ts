import type { Digest } from "@polis/codec";
import type { FinalityGadget, FinalityVote, Justification } from "@polis/finality";
import { type Block, finality, type Header, type SignedTransaction } from "@polis/kratos";
import type { SimBlock } from "../world/simChain.ts";
import type { Person } from "../world/simCrypto.ts";
import { ancestorAt } from "./forest.ts";
import type { NodeChain } from "./nodeChain.ts";
import type { SimPool } from "./pool.ts";
import type { Clocked } from "./roles.ts";

/** Blocks that wait for their parent on one node. */
export const MAX_ORPHANS = 200;

/** A node: what its disk keeps, and what a restart loses. */
export interface SimNode extends Clocked {
  readonly person: Person;
  /** On disk. */
  readonly chain: NodeChain;
  readonly votes: FinalityVote[];
  readonly justifications: Justification[];
  /** Slot to hash of what this node signed, kept before signing (kratos-core 3.8, I14). */
  readonly signed: Map<number, Digest>;
  /** In memory. */
  gadget: FinalityGadget;
  pool: SimPool;
  orphans: Map<Digest, { readonly block: Block; readonly from: number }[]>;
  /** One header of each author and slot, to notice a second one. */
  readonly headers: Map<string, Header>;
  timerAt: number;
  /** No events reach it before. */
  downUntilMs: number;
}

/** Own votes that a disk keeps: of more rounds than a gadget remembers. */
const MAX_VOTES = 400;

/** Forgets on a node what nobody asks for once all nodes have a height final. */
export function forgetBelow(node: SimNode, final: number, slot: number): void {
  node.chain.release(final);
  const kept = node.justifications.findIndex(({ block }) => block.number >= final);
  if (kept > 0) node.justifications.splice(0, kept);
  if (node.votes.length > 2 * MAX_VOTES) node.votes.splice(0, node.votes.length - MAX_VOTES);
  for (const [key, header] of node.headers) if (header.slot < slot) node.headers.delete(key);
}

/**
 * The newest justification of a node that a block upon its head may record, as kratos-core 2.5 admits it, with every
 * signature that came by now: whom it leaves out has missed a duty (kratos-core 5.2, S21).
 */
export function recordable(node: SimNode, head: SimBlock): Justification | undefined {
  const record = head.entries.get(finality);
  const full = node.gadget.fullProof;
  const found = node.justifications.findLast(({ block, set }) => {
    const inForce = record.sets.find(({ handoff }) => handoff === undefined || block.number <= handoff);
    const isNewer = block.number > record.number && block.number <= head.header.number;
    const isRight = inForce?.id === set && inForce.voters.length >= 3;
    return isNewer && isRight && ancestorAt(head, block.number)?.hash === block.hash;
  });
  return full !== undefined && full.block.hash === found?.block.hash && full.set === found.set ? full : found;
}

/** Keeps a block until its parent is here. */
export function keepOrphan(node: SimNode, block: Block, from: number): void {
  const { parentHash } = block.header;
  const waiting = node.orphans.get(parentHash) ?? [];
  if (waiting.some((other) => other.block === block)) return;
  if (node.orphans.size >= MAX_ORPHANS) node.orphans.clear();
  node.orphans.set(parentHash, [...waiting, { block, from }]);
}

/** The second header of an author in a slot together with the first; undefined while there is one. */
export function doubleSigned(node: SimNode, header: Header, hash: Digest): Header | undefined {
  const key = `${header.slot} ${header.author}`;
  const first = node.headers.get(key);
  if (first === undefined) node.headers.set(key, header);
  return first === undefined || node.chain.get(hash) !== undefined ? undefined : first;
}

/** A body without transactions of one sender. */
export function without(transactions: readonly SignedTransaction[], sender: Digest): readonly SignedTransaction[] {
  return transactions.filter(({ transaction }) => transaction.sender !== sender);
}
