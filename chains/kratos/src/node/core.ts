import { type Seconds, type Slot, seconds } from "@polis/codec";
import { slotAt, slotStart } from "@polis/slots";
import type { ChainRules } from "../block/applyBlock.ts";
import { ChainReader } from "../chain/chainReader.ts";
import type { ChainTree } from "../chain/chainTree.ts";
import { accounts } from "../modules/accounts/account.ts";
import { admitsFree } from "../pool/admitsFree.ts";
import { TransactionPool } from "../pool/transactionPool.ts";
import { State } from "../state/state.ts";
import type { TransactionCodec } from "../transaction/transaction.ts";
import type { GossipMessage } from "../wire/messages.ts";
import { Wire } from "../wire/wire.ts";
import { type NodeCrypto, realNodeCrypto } from "./nodeCrypto.ts";
import { NodeTime } from "./nodeTime.ts";
import type { NodeOptions } from "./options.ts";
import type { NodeEffect, NodeReport } from "./seam.ts";
import { Timers } from "./timers.ts";

/** What all parts of a node share: its chain, its pool, the time of the step and the effects of it. */
export class NodeCore {
  readonly options: NodeOptions;
  readonly tree: ChainTree;
  readonly rules: ChainRules;
  readonly codec: TransactionCodec;
  readonly reader: ChainReader;
  readonly pool: TransactionPool;
  readonly crypto: NodeCrypto;
  readonly wire: Wire;
  readonly time = new NodeTime();
  readonly timers = new Timers();
  #effects: NodeEffect[] = [];

  constructor(options: NodeOptions) {
    const { tree, poolLimits, crypto } = options;
    this.options = options;
    this.tree = tree;
    this.rules = tree.rules;
    this.codec = tree.codec;
    this.reader = new ChainReader(tree);
    this.crypto = crypto ?? realNodeCrypto(tree.codec);
    this.wire = new Wire(tree.codec);
    const limits = poolLimits === undefined ? {} : { limits: poolLimits };
    const account = (id: Parameters<typeof accounts.of>[0]) => this.state.get(accounts.of(id));
    this.pool = new TransactionPool({
      ...{ rules: tree.rules, codec: tree.codec, account },
      admitsFree: (transaction) => admitsFree(this.state, transaction),
      ...limits,
    });
  }

  /** The state of the head, to read. */
  get state(): State {
    return new State(this.tree.head.entries);
  }

  /** Wall time in whole seconds. */
  get nowS(): Seconds {
    const { wall } = this.time;
    return seconds((wall - (wall % 1_000)) / 1_000);
  }

  /** The slot of now; undefined before genesis. */
  get slot(): Slot | undefined {
    return slotAt(this.rules.clock, this.nowS);
  }

  /** Milliseconds of a slot. */
  get slotMs(): number {
    return this.rules.clock.slotSeconds * 1_000;
  }

  /** Unix milliseconds of the start of a slot. */
  startOf(slot: Slot): number {
    return slotStart(this.rules.clock, slot) * 1_000;
  }

  /** Adds effects of this step, in order. */
  emit(...effects: readonly NodeEffect[]): void {
    this.#effects.push(...effects);
  }

  /** Answers gossip: before everything else of the step, so that no barrier delays it. */
  judge(id: number, verdict: "accept" | "ignore" | "reject"): void {
    this.#effects.unshift({ kind: "verdict", id, verdict });
  }

  report(report: NodeReport): void {
    this.#effects.push({ kind: "report", report });
  }

  /** Sends a message to everybody. */
  publish(message: GossipMessage): void {
    this.#effects.push({ kind: "publish", topic: message.topic, bytes: this.wire.encodeGossip(message) });
  }

  /** Everything since the last call. */
  take(): readonly NodeEffect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }
}
