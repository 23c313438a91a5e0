import { type Digest, krat12 } from "@polis/codec";
import type { Block } from "../block/block.ts";
import type { DoneBlock, Tip } from "../block/produceBlock.ts";
import { ChainTree } from "../chain/chainTree.ts";
import { Transfer } from "../modules/accounts/transfer.ts";
import { KRAT } from "../params/chainParams.ts";
import type { SignedTransaction } from "../transaction/transaction.ts";
import { MemoryStore } from "./memoryStore.ts";
import { codec, TestChain } from "./testChain.ts";

/** Ten slots in an epoch, so that trees cross boundaries. */
export const shortEpochs = [{ name: "slots_per_epoch", value: 10n }];

/** Where a block goes: on which of those before it (0 is genesis), how many slots later, and whether it pays somebody. */
export interface Branching {
  readonly on: number;
  readonly skip: number;
  readonly pays: boolean;
}

/** A tree of valid blocks, each by the leader of its slot. The first is genesis. */
export interface BlockTree {
  readonly chain: TestChain;
  readonly tips: readonly Tip[];
  readonly blocks: readonly Block[];
  readonly done: readonly DoneBlock[];
}

/** Grows a tree; a block that is there already is left out, and a third one of an author for a slot. */
export function growTree(shape: readonly Branching[], chain: TestChain = new TestChain(4, 2, shortEpochs)): BlockTree {
  const tips: Tip[] = [chain.tip];
  const done: DoneBlock[] = [];
  const seen = new Set<Digest>();
  const pay = Transfer.of({ to: chain.people[5]!.account, amount: krat12(KRAT) });
  for (const { on, skip, pays } of shape) {
    chain.tip = tips[on % tips.length]!;
    const next = nextPossible(chain, pays ? [chain.sign(4, pay)] : [], skip);
    const { author, slot } = next.block.header;
    const rivals = done.filter(({ block: { header } }) => header.slot === slot && header.author === author);
    if (seen.has(chain.tip.hash) || rivals.length >= 2) continue;
    seen.add(chain.tip.hash);
    tips.push(chain.tip);
    done.push(next);
  }
  return { chain, tips, done, blocks: done.map(({ block }) => block) };
}

/** The next block at or after a slot: leaders whose clock is out may not produce. */
function nextPossible(chain: TestChain, transactions: readonly SignedTransaction[], skip: number): DoneBlock {
  for (let empty = skip; empty < skip + 20; empty++) {
    try {
      return chain.next(transactions, empty);
    } catch (error) {
      if ((error as Error).message !== "UnauthorizedAuthor") throw error;
    }
  }
  throw new Error("nobody can produce");
}

/** A straight chain of so many blocks, every third with a payment. */
export function straight(blocks: number): BlockTree {
  return growTree(Array.from({ length: blocks }, (_, i) => ({ on: i, skip: 0, pays: i % 3 === 0 })));
}

/** A node's chain over a store. */
export function openTree({ genesis, rules }: TestChain, store = new MemoryStore()): ChainTree {
  return new ChainTree({ store, genesis, rules, codec });
}
