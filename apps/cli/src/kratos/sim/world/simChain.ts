import { type Digest, krat12, type Seconds, type Slot, seconds } from "@polis/codec";
import {
  type AppliedBlock,
  type Block,
  blockHash,
  buildGenesis,
  type ChainRules,
  createRuntime,
  type DoneBlock,
  type EntryChange,
  finality,
  type Genesis,
  type Header,
  importBlock,
  KRAT,
  kratosRuntime,
  leaderAt,
  type Module,
  produceBlock,
  type SignedTransaction,
  type SlotDuty,
  type Tip,
  type TransactionCodec,
  transactionCodec,
} from "@polis/kratos";
import { createPrng } from "@polis/simulator";
import { vrfInput } from "@polis/slots";
import { type SparseNode, stored } from "@polis/state";
import { Entries, type EntryValues } from "./entries.ts";
import { mockCrypto, type Person, realCrypto, type SimCrypto } from "./simCrypto.ts";

/** What a simulated chain begins with. */
export interface ChainOptions {
  readonly seed: number;
  /** Bootstrap validators of genesis. */
  readonly validators: number;
  /** Further people, each with 2,000,000 KRAT. */
  readonly others: number;
  readonly slotsPerEpoch: number;
  readonly bootstrapMinEpochs: number;
  /** Real signatures. */
  readonly real: boolean;
  /** Unix seconds; a moment in the year 2027 when it is left out. */
  readonly genesisTime?: Seconds;
  /** A module of mistakes, behind the others: it shows that the checkers see them. */
  readonly bug?: Module | undefined;
}

/** A block with everything after it. */
export interface SimBlock extends Tip {
  readonly hash: Digest;
  readonly header: Header;
  readonly block: Block;
  readonly parent: SimBlock | undefined;
  /** Of a released block the recorded finality alone. */
  entries: Entries;
  tree: SparseNode;
  applied: Pick<AppliedBlock, "receipts" | "events">;
  changes: readonly EntryChange[];
  /** How entries read before this block; in a world of one branch only until the next one. */
  before: EntryValues;
}

/** Gives up the state of a block that every node has final: nothing is built or imported upon one below it any more. */
export function releaseBlock(block: SimBlock): void {
  block.entries = block.entries.only(finality);
  block.before = block.entries;
  block.tree = stored(block.tree.hash);
  block.changes = [];
  block.applied = { receipts: [], events: [] };
}

const GENESIS_TIME: Seconds = seconds(1_800_000_000);
const load = (): never => {
  throw new Error("everything is in memory");
};

/** The chain of a simulation: its people, its genesis, its blocks. Nothing in it knows of nodes or of time. */
export class SimChain {
  readonly crypto: SimCrypto;
  readonly codec: TransactionCodec = transactionCodec(kratosRuntime.call);
  readonly people: readonly Person[];
  readonly genesis: Genesis;
  readonly rules: ChainRules;
  readonly first: SimBlock;
  readonly #byAccount: ReadonlyMap<Digest, Person>;
  #duties = new WeakMap<SimBlock, Map<Slot, SlotDuty>>();

  constructor(options: ChainOptions) {
    const { validators, others, slotsPerEpoch, bootstrapMinEpochs } = options;
    this.crypto = options.real ? realCrypto(this.codec) : mockCrypto(this.codec);
    this.people = Array.from({ length: validators + others }, (_, i) => this.crypto.person(i));
    this.#byAccount = new Map(this.people.map((person) => [person.account, person]));
    this.genesis = buildGenesis({
      ...{
        chainName: "KratOs simulation",
        chainId: 0,
        timestamp: options.genesisTime ?? GENESIS_TIME,
        protocolVersion: 1,
      },
      randomnessSeed: createPrng(options.seed, 1).bytes(32),
      balances: this.people.slice(validators).map(({ account }) => ({ account, amount: krat12(2_000_000n * KRAT) })),
      validators: this.people
        .slice(0, validators)
        .map(({ account }) => ({ account, stake: krat12(0n), isBootstrap: true })),
      overrides: [
        { name: "slots_per_epoch", value: BigInt(slotsPerEpoch) },
        { name: "bootstrap_min_epochs", value: BigInt(bootstrapMinEpochs) },
      ],
    });
    const { params, header, hash, state, tree } = this.genesis;
    const runtime = options.bug === undefined ? kratosRuntime : createRuntime([...kratosRuntime.modules, options.bug]);
    this.rules = {
      ...{ runtime, params, chainIdentity: Uint8Array.fromHex(hash) },
      signatures: this.crypto.signatures,
      clock: { genesis: header.timestamp, slotSeconds: params.slotSeconds, slotsPerEpoch },
    };
    const changes = state.changes();
    const block = { header, transactions: [] };
    const applied = { receipts: [], events: [] };
    const entries = Entries.from(changes);
    this.first = { hash, header, block, parent: undefined, entries, tree, applied, changes, before: entries };
  }

  /** Somebody by their account. */
  personOf(account: Digest): Person {
    const person = this.#byAccount.get(account);
    if (person === undefined) throw new Error(`${account} is nobody of this simulation`);
    return person;
  }

  /** Who leads a slot upon a block; remembered. */
  duty(tip: SimBlock, slot: Slot): SlotDuty {
    let known = this.#duties.get(tip);
    if (known === undefined) {
      known = new Map();
      this.#duties.set(tip, known);
    }
    let duty = known.get(slot);
    if (duty === undefined) {
      duty = leaderAt(this.rules, tip, slot);
      known.set(slot, duty);
    }
    return duty;
  }

  /** A block by `author`, applied once. @returns the broken rule when it may not produce it */
  produce(tip: SimBlock, slot: Slot, author: Person, transactions: readonly SignedTransaction[]): DoneBlock | string {
    const { randomness } = this.duty(tip, slot);
    const vrfProof = this.crypto.prove(author, vrfInput(randomness, slot));
    const production = {
      ...{ slot, author: author.account, vrfProof, transactions },
      sign: (header: Parameters<SimCrypto["signHeader"]>[1]) =>
        this.crypto.signHeader(this.rules.chainIdentity, header, author),
    };
    const done = produceBlock(this.rules, this.codec, tip, production, load);
    return "fault" in done ? done.fault.code : done;
  }

  /** Checks and applies a block as a node does that did not make it. @returns the broken rule */
  import(tip: SimBlock, block: Block): DoneBlock | string {
    const done = importBlock(this.rules, this.codec, tip, block, load);
    return "fault" in done ? done.fault.code : done;
  }

  /** The block with its state. @param inPlace the parent's entries become those of this block: a world of one branch */
  attach(parent: SimBlock, { block, applied, tree }: DoneBlock, inPlace = false): SimBlock {
    const changes = applied.state.changes();
    const entries = inPlace ? parent.entries : parent.entries.copy();
    const changed = entries.apply(changes);
    const before = inPlace ? changed : parent.entries;
    const { receipts, events } = applied;
    return {
      ...{ hash: blockHash(block.header), header: block.header, block, tree, entries, changes, before },
      parent: inPlace ? undefined : parent,
      applied: { receipts, events },
    };
  }
}
