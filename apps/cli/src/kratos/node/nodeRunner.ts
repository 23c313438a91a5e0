import { millis } from "@polis/codec";
import type { HostFacts, KratosBackend, KratosNode, NodeEffect, NodeEvent, NodeReport } from "@polis/kratos";
import type { P2p } from "@polis/p2p";
import type { Storage } from "@polis/storage";
import type { ClockFile } from "../data/clockFile.ts";
import { EffectQueue } from "./effectQueue.ts";
import { type LinkHost, verdictAmong } from "./linkHost.ts";
import { WallTimer } from "./wallTimer.ts";

/** What a node runs on. */
export interface NodeRunnerOptions {
  readonly node: KratosNode;
  readonly link: LinkHost;
  readonly p2p: P2p;
  /** The chain's store. */
  readonly chain: Storage;
  /** What was signed. */
  readonly producer: Storage;
  /** Resolves when all that the chain tells now is on disk. */
  readonly durable: () => Promise<void>;
  readonly clockFile: ClockFile;
  readonly onReport: (report: NodeReport) => void;
  /** Told once of what the node cannot go on after. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * A node at work: every event is a step at once, and the effects of all steps go through one queue in which `persist` is a
 * barrier. Nothing that was signed leaves before its record is on disk (kratos-core 3.8, I14).
 */
export class NodeRunner {
  readonly #options: NodeRunnerOptions;
  readonly #queue: EffectQueue<NodeEffect>;
  readonly #timer: WallTimer;
  #backend: KratosBackend | undefined;
  #isStopping = false;

  constructor(options: NodeRunnerOptions) {
    this.#options = options;
    this.#queue = new EffectQueue((effect) => this.#carry(effect), options.onFailure);
    this.#timer = new WallTimer(() => this.#step({ kind: "timer" }));
  }

  /** Tells the network of the bans, begins, and listens. */
  start(): void {
    const { node, link, p2p } = this.#options;
    for (const { peer, until } of node.bans()) p2p.ban(peer, until);
    this.#step({ kind: "start" });
    link.listen((event) => this.#step(event));
  }

  /** The network itself banned a peer: the node remembers it over a restart. @param untilMs Unix milliseconds */
  banned(peer: string, untilMs: number, reason: string): void {
    this.#step({ kind: "banned", peer, until: millis(untilMs), reason });
  }

  /**
   * Runs work between two steps, after every effect that is under way, and gives what it found when that is on disk
   * (kratos-core 12.8: from committed data): what somebody was told is final outlives the process.
   */
  async run<T>(work: () => T): Promise<T> {
    const [found, durable] = await this.#queue.run(() => [work(), this.#options.durable()] as const);
    await durable;
    return found;
  }

  /** What the methods of JSON-RPC ask; only within `run`. */
  backend(facts: HostFacts): KratosBackend {
    const { node } = this.#options;
    this.#backend = node.backend(facts, (signed) => {
      const { outcome, effects } = node.submit(millis(Date.now()), signed);
      this.#queue.push(effects);
      return outcome;
    });
    return this.#backend;
  }

  /** Takes no more events, and resolves when everything under way is durable. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#timer.close();
    this.#options.link.listen(undefined);
    await this.#queue.close();
    // Nothing may arm it again: what was under way could have.
    this.#timer.close();
    // The node saves its clock now and then; the last word is worth having after a restart (kratos-core 15).
    if (this.#backend !== undefined) this.#options.clockFile.save(this.#backend.clock());
    await this.#options.clockFile.close();
  }

  #step(event: NodeEvent) {
    if (this.#isStopping) return "ignore";
    try {
      const effects = this.#options.node.step(millis(Date.now()), event);
      this.#queue.push(effects);
      return verdictAmong(effects);
    } catch (error) {
      // A broken invariant: going on could sign what must not be signed.
      this.#isStopping = true;
      this.#options.onFailure(error);
      return "ignore";
    }
  }

  #carry(effect: NodeEffect): Promise<void> | undefined {
    const { chain, producer, clockFile, link, onReport, onFailure } = this.#options;
    switch (effect.kind) {
      case "persist":
        return producer.journal.append(effect.rows);
      case "remember":
        chain.store.commit(effect.rows).catch(onFailure);
        return undefined;
      case "saveClock":
        clockFile.save(effect.record);
        return undefined;
      case "setTimer":
        if (!this.#isStopping) this.#timer.set(effect.at);
        return undefined;
      case "report":
        onReport(effect.report);
        return undefined;
      default:
        link.carry(effect);
        return undefined;
    }
  }
}
