import { type Epoch, krat12, type Slot, seconds, slot } from "@polis/codec";
import { proveVrf } from "@polis/crypto";
import { vrfInput } from "@polis/slots";
import type { ChainRules } from "../block/applyBlock.ts";
import type { Block } from "../block/block.ts";
import { blockHash, signHeader } from "../block/header.ts";
import { importBlock } from "../block/importBlock.ts";
import { leaderAt } from "../block/leaderAt.ts";
import { type DoneBlock, produceBlock, type Tip } from "../block/produceBlock.ts";
import { realSignatures } from "../block/signatures.ts";
import { buildGenesis, type Genesis } from "../genesis/buildGenesis.ts";
import type { GenesisRecord } from "../genesis/genesisRecord.ts";
import type { AccountId } from "../identifiers.ts";
import { kratosRuntime } from "../kratosRuntime.ts";
import { accounts, reservedOf } from "../modules/accounts/account.ts";
import { KRAT } from "../params/chainParams.ts";
import type { Call } from "../runtime/call.ts";
import { State } from "../state/state.ts";
import { type SignedTransaction, signTransaction, transactionCodec } from "../transaction/transaction.ts";
import { type Person, person } from "./people.ts";

/** The encodings of the root chain. */
export const codec = transactionCodec(kratosRuntime.call);
const load = (): never => {
  throw new Error("everything is in memory");
};

/** A chain in memory whose blocks are produced by one node and imported by another. */
export class TestChain {
  readonly genesis: Genesis;
  readonly rules: ChainRules;
  readonly people: readonly Person[];
  tip: Tip;

  /** @param validators so many bootstrap validators; the people after them have 1,000,000 KRAT each */
  constructor(validators: number, others: number, overrides: GenesisRecord["overrides"] = []) {
    this.people = Array.from({ length: validators + others }, (_, i) => person(i));
    this.genesis = buildGenesis({
      ...{ chainName: "KratOs", chainId: 0, timestamp: seconds(1_000_000), protocolVersion: 1 },
      randomnessSeed: new Uint8Array(32).fill(3),
      balances: this.people.slice(validators).map(({ account }) => ({ account, amount: krat12(1_000_000n * KRAT) })),
      validators: this.people
        .slice(0, validators)
        .map(({ account }) => ({ account, stake: krat12(0n), isBootstrap: true })),
      overrides,
    });
    const { params, header, hash, state, tree } = this.genesis;
    this.rules = {
      ...{ runtime: kratosRuntime, params, chainIdentity: Uint8Array.fromHex(hash), signatures: realSignatures(codec) },
      clock: { genesis: header.timestamp, slotSeconds: params.slotSeconds, slotsPerEpoch: params.slotsPerEpoch },
    };
    this.tip = { hash, header, entries: state, tree };
  }

  get state(): State {
    return new State(this.tip.entries);
  }

  get epoch(): Epoch {
    return this.tip.header.epoch;
  }

  /** A signed transaction of somebody. */
  sign(
    who: number,
    call: Call,
    nonce = this.state.get(accounts.of(this.people[who]!.account)).nonce,
  ): SignedTransaction {
    const { account, secret } = this.people[who]!;
    const transaction = { sender: account, nonce, call, timestamp: 0 };
    return signTransaction(codec, this.rules.chainIdentity, transaction, secret);
  }

  /** Who leads a slot, when nothing is produced before it. */
  leaderAt(at: Slot): Person {
    const { leader, randomness } = leaderAt(this.rules, this.tip, at);
    this.#randomness = randomness;
    return this.people.find(({ account }) => account === leader)!;
  }

  #randomness: Uint8Array = new Uint8Array(32);

  /** The block of the slot that is `skip` after the next one, by its leader. */
  build(transactions: readonly SignedTransaction[] = [], skip = 0): DoneBlock {
    const at = slot(this.tip.header.slot + 1 + skip);
    const leader = this.leaderAt(at);
    const { proof } = proveVrf(leader.secret, vrfInput(this.#randomness, at));
    const done = produceBlock(
      this.rules,
      codec,
      this.tip,
      {
        ...{ slot: at, author: leader.account, vrfProof: proof, transactions },
        sign: (header) => signHeader(this.rules.chainIdentity, header, leader.secret),
      },
      load,
    );
    if ("fault" in done) throw new Error(done.fault.code);
    return done;
  }

  /** Imports a block as another node does. @returns the broken rule */
  import(block: Block): string | undefined {
    const done = importBlock(this.rules, codec, this.tip, block, load);
    if ("fault" in done) return done.fault.code;
    this.tip = { hash: blockHash(block.header), header: block.header, entries: done.applied.state, tree: done.tree };
    return undefined;
  }

  /** Builds and imports. */
  next(transactions: readonly SignedTransaction[] = [], skip = 0): DoneBlock {
    const done = this.build(transactions, skip);
    const fault = this.import(done.block);
    if (fault !== undefined) throw new Error(fault);
    return done;
  }

  /** Everything that these accounts own. */
  owned(more: readonly AccountId[]): bigint {
    const state = this.state;
    return [...this.people.map(({ account }) => account), ...more].reduce((sum, account) => {
      const entry = state.get(accounts.of(account));
      return sum + entry.free + reservedOf(entry);
    }, 0n);
  }
}
