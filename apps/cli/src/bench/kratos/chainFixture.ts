import { type Digest, height, krat12, type Seconds, type Slot, slot } from "@polis/codec";
import type { FinalityVote, Justification } from "@polis/finality";
import {
  accounts,
  type Block,
  type Call,
  type ChainTree,
  type DoneBlock,
  epochData,
  finality,
  KRAT,
  leaderAt,
  produceBlock,
  type SignedTransaction,
  Stake,
  State,
  Transfer,
  Unstake,
} from "@polis/kratos";
import { vrfInput } from "@polis/slots";
import type { Storage } from "@polis/storage";
import { createChainData, openTree } from "../../kratos/data/chainData.ts";
import { SimChain } from "../../kratos/sim/world/simChain.ts";
import type { Person } from "../../kratos/sim/world/simCrypto.ts";

/** Blocks between two final ones: what a healthy network has is less. */
const FINAL_EVERY = 8;

/** A chain with true signatures whose keys are all here. @param genesisTime for nodes that have a clock */
export function makeChain(validators: number, others: number, genesisTime?: Seconds): SimChain {
  return new SimChain({
    ...{ seed: 1, validators, others, slotsPerEpoch: 600, bootstrapMinEpochs: 1_440, real: true },
    ...(genesisTime && { genesisTime }),
  });
}

/** The blocks of such a chain in a database, as a node keeps them. */
export class StoredChain {
  readonly tree: ChainTree;
  readonly #storage: Storage;
  readonly #chain: SimChain;
  #slot: Slot = slot(0);

  private constructor(chain: SimChain, storage: Storage, tree: ChainTree) {
    this.#chain = chain;
    this.#storage = storage;
    this.tree = tree;
  }

  /** Begins the chain in the database of a node. */
  static async open(chain: SimChain, path: string): Promise<StoredChain> {
    const data = await createChainData(path, chain.genesis.record);
    return new StoredChain(chain, data.storage, await openTree(data));
  }

  /** Produces the block of the next slot that has a leader, without keeping it. */
  build(transactions: readonly SignedTransaction[] = []): DoneBlock {
    const { rules, codec, crypto } = this.#chain;
    const tip = this.tree.tip();
    this.#slot = slot(tip.header.slot + 1);
    const { leader, randomness } = leaderAt(rules, tip, this.#slot);
    const author = this.#chain.personOf(leader!);
    const done = produceBlock(
      rules,
      codec,
      tip,
      {
        ...{ slot: this.#slot, author: author.account, transactions },
        vrfProof: crypto.prove(author, vrfInput(randomness, this.#slot)),
        sign: (header) => crypto.signHeader(rules.chainIdentity, header, author),
      },
      this.tree.load,
    );
    if ("fault" in done) throw new Error(done.fault.code);
    return done;
  }

  /** Keeps a produced block. @returns when it is durable */
  adopt(done: DoneBlock): Promise<void> {
    return this.tree.adopt(done).durable;
  }

  /** Checks, applies and keeps a block of somebody else. */
  import(block: Block): Promise<void> {
    const { outcome, durable } = this.tree.import(block);
    if (outcome.kind !== "imported") throw new Error(`a block of the benchmark is ${outcome.kind}`);
    return durable;
  }

  /** Makes everything but the newest blocks final from time to time, as a gadget does. */
  finalizeSometimes(): Promise<void> {
    const { head, final } = this.tree;
    if (head.header.number - final.header.number < FINAL_EVERY) return Promise.resolve();
    const target = head.parent!;
    return (
      this.tree.finalize(target.hash, this.#justify(target.hash, target.header.number))?.durable ?? Promise.resolve()
    );
  }

  /** Ends. */
  close(): Promise<void> {
    return this.#storage.close();
  }

  /** Signed by every voter. */
  #justify(hash: Digest, number: number): Justification {
    const { rules, crypto } = this.#chain;
    const { id, voters } = new State(this.tree.head.entries).get(finality).sets[0]!;
    const target = { number: height(number), hash };
    const unsigned = { type: "precommit", target, round: 1, set: id } as const;
    const precommits = voters.map((validator): Pick<FinalityVote, "target" | "signature"> & { validator: Digest } => ({
      ...{ target, validator },
      signature: crypto.votes.sign(rules.chainIdentity, unsigned, this.#chain.personOf(validator).secret),
    }));
    return { block: target, round: 1, set: id, precommits, ancestry: [] };
  }
}

/** So many transfers of the people behind the first `from` of those who are no validators, in turns. */
export function transfersOf(
  chain: SimChain,
  stored: StoredChain,
  count: number,
  from: number,
): readonly SignedTransaction[] {
  const people = peopleOf(chain, stored).slice(from);
  return Array.from({ length: count }, (_, i) => {
    const to = people[(i * 7 + 1) % people.length]!.account;
    const round = (i - (i % people.length)) / people.length;
    return send(chain, stored, people[i % people.length]!, Transfer.of({ to, amount: krat12(KRAT) }), round);
  });
}

/** The first so many people bond 1,000 KRAT each. */
export function stakesOf(chain: SimChain, stored: StoredChain, count: number): readonly SignedTransaction[] {
  const amount = krat12(1_000n * KRAT);
  return peopleOf(chain, stored)
    .slice(0, count)
    .map((who) => send(chain, stored, who, Stake.of({ amount })));
}

/** And take 1 KRAT of it out again: calls of class X. */
export function exitsOf(chain: SimChain, stored: StoredChain, count: number): readonly SignedTransaction[] {
  const amount = krat12(KRAT);
  return peopleOf(chain, stored)
    .slice(0, count)
    .map((who) => send(chain, stored, who, Unstake.of({ amount })));
}

/** Everybody who is no validator. */
function peopleOf(chain: SimChain, stored: StoredChain): readonly Person[] {
  return chain.people.slice(new State(stored.tree.head.entries).get(epochData).active.length);
}

function send(chain: SimChain, stored: StoredChain, who: Person, call: Call, ahead = 0): SignedTransaction {
  const { nonce } = new State(stored.tree.head.entries).get(accounts.of(who.account));
  const transaction = { sender: who.account, nonce: nonce + ahead, call, timestamp: 0 };
  return chain.crypto.signTransaction(chain.rules.chainIdentity, transaction, who);
}
