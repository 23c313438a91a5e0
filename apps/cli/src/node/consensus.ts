import { randomBytes } from "node:crypto";
import type { Fault } from "@polis/codec";
import {
  createReplica,
  type Evidence,
  type Finalize,
  type Observation,
  type Peer,
  type Replica,
  type ReplicaConfig,
  type ReplicaEvent,
  rowsOfEvidence,
  rowsOfFinalize,
  rowsOfPersist,
} from "@polis/minimmit";
import type { Clock, Logger, Metrics } from "@polis/ports";
import type { ConsensusMeter } from "../telemetry/consensusMeter.ts";
import type { Fills } from "../telemetry/fills.ts";
import { forModule } from "../telemetry/logger.ts";
import { timedMachine } from "../telemetry/timedMachine.ts";
import type { PaymentTracer } from "../telemetry/tracing/paymentTracer.ts";
import type { Chain } from "./chain.ts";
import { type ConsensusLinks, type ConsensusNetwork, createConsensusLinks } from "./consensusLinks.ts";
import { createExecution, type Execution, type ExecutionDeps } from "./execution.ts";
import type { SyncBudget } from "./feed/syncBudget.ts";
import { createReplicaHost, type HostWorld, type ReplicaHost } from "./replicaHost.ts";
import type { RequestPace } from "./requestPace.ts";
import { createTimers, type Timers } from "./timers.ts";
import type { VerifyPool } from "./verify/pool.ts";

export interface ConsensusOptions {
  readonly chain: Chain;
  readonly config: ReplicaConfig;
  readonly network: ConsensusNetwork;
  readonly pool: VerifyPool | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly meter: ConsensusMeter;
  readonly fills: Fills;
  readonly tracer: PaymentTracer | undefined;
  /** How blocks are executed beside everything else (the role's). */
  readonly pace: (execution: Execution) => Execution;
  /** Looks at what arrives on the links before the replica does. */
  readonly arrive: (deliver: (event: ReplicaEvent) => void) => (event: ReplicaEvent) => void;
  readonly syncBudget: SyncBudget;
  readonly requestPace: RequestPace;
  readonly onIncluded: ExecutionDeps["onIncluded"];
  readonly onFinal: ExecutionDeps["onFinal"];
  readonly onObservation: (observation: Observation) => void;
  /** Blocks become final in this moment; `onFinal` follows when they are on disk. */
  readonly onFinalize: (finalize: Finalize) => void;
  readonly onEvidence: (evidence: Evidence) => void;
  readonly report: (peer: Peer, fault: Fault) => void;
  readonly fail: (error: unknown) => void;
}

/** The consensus unit of a node (kairos 1.6): the replica with its disk, its links, its timers and its ledger. */
export class Consensus {
  readonly replica: Replica;
  readonly links: ConsensusLinks;
  readonly #options: ConsensusOptions;
  readonly #host: ReplicaHost;
  readonly #execution: Execution;
  readonly #timers: Timers;
  #executable = false;
  #proposed: Observation | undefined;

  constructor(options: ConsensusOptions) {
    const { chain, config, network, pool, clock, metrics, fills, onIncluded, onFinal, fail } = options;
    const { ledger, storage, voting, inspect, archive, restored, wire } = chain;
    const deliver = (event: ReplicaEvent): void => this.deliver(event);
    const durable = { n: chain.genesis.n, identity: chain.journalIdentity };
    this.#options = options;
    this.replica = createReplica(
      config,
      {
        scheme: voting.scheme,
        keys: voting.keys,
        inspect,
        isWhole: (block) => ledger.isWhole(block),
        archive,
        wallMs: () => clock.wallMs(),
        randomBytes32: () => new Uint8Array(randomBytes(32)),
      },
      restored,
    );
    this.#timers = createTimers(clock, (name) => deliver({ kind: "timer", name }));
    const execution = createExecution({
      ledger,
      pool,
      metrics,
      fills,
      tracer: options.tracer,
      onRejected: (digest, reason) => options.meter.onRejected(digest, reason),
      deliver,
      onTip: () => this.poolChanged(),
      onIncluded,
      onFinal,
      fail,
      consensusRows: (finalize) => rowsOfFinalize(finalize, durable, storage.store, config.epoch),
      commit: (rows) => storage.store.commit(rows),
    });
    this.#execution = options.pace(execution);
    const { report, syncBudget } = options;
    this.links = createConsensusLinks({
      ...{ network, wire, validators: chain.genesis.n, report, syncBudget },
      pace: options.requestPace,
      nowMs: () => performance.now(),
      deliver: options.arrive((event) => this.#deliverCounted(event)),
    });
    this.#host = createReplicaHost(timedMachine(this.replica, metrics), this.#world(durable), fills);
  }

  /** The first event; storage is read and the links may come up. */
  start(): void {
    this.deliver({ kind: "start" });
  }

  deliver(event: ReplicaEvent): void {
    this.#host.deliver(event);
  }

  #deliverCounted(event: ReplicaEvent): void {
    const { meter, metrics } = this.#options;
    if (event.kind === "message") meter.onMessage(event.from, event.message);
    else if (event.kind === "reply" && event.reply.kind === "blocks") {
      metrics.count("sync_blocks_total", event.reply.items.length);
    }
    this.deliver(event);
  }

  /** Tells the replica when the pool's answer to "is there anything for the next block" has changed (R8, R14). */
  poolChanged(): void {
    const executable = this.#options.chain.ledger.hasExecutable();
    if (executable === this.#executable) return;
    this.#executable = executable;
    this.#host.deliver({ kind: "pool", executable });
  }

  /** Takes no more events; resolves when votes and finalized blocks are on disk. */
  async stop(): Promise<void> {
    this.#timers.close();
    await this.#host.stop();
    await this.#execution.settled();
  }

  /** Observers hear of a proposal when it leaves: its record is on disk then, and the time to finality begins. */
  #proposalLeft(): void {
    const proposed = this.#proposed;
    this.#proposed = undefined;
    if (proposed !== undefined) this.#options.onObservation(proposed);
  }

  #world(durable: { readonly n: number; readonly identity: Uint8Array }): HostWorld {
    const { chain, clock, metrics, onObservation, report, fail } = this.#options;
    const logger = forModule(this.#options.logger, "consensus");
    const { storage } = chain;
    const execution = this.#execution;
    const links = this.links;
    return {
      clock,
      setTimer: (name, at) => {
        if (name === "view") metrics.gauge("consensus_timer_seconds", Math.max(0, at - clock.monotonicMs()) / 1_000);
        this.#timers.set(name, at);
      },
      cancelTimer: (name) => this.#timers.cancel(name),
      persist: async (effect) => {
        const start = performance.now();
        await storage.journal.append(rowsOfPersist(effect, durable, storage.store));
        metrics.observe("consensus_journal_write_duration_seconds", (performance.now() - start) / 1000);
      },
      broadcast: (message) => {
        links.broadcast(message);
        if (message.kind === "propose") this.#proposalLeft();
      },
      send: (to, message) => links.send(to, message),
      fetch: (to, requestId, request) => links.fetch(to, requestId, request),
      reply: (to, requestId, reply) => links.reply(to, requestId, reply),
      execute: (digest, block, leader) => execution.execute(digest, block, leader),
      build: (request) => execution.build(request),
      finalize: (effect) => {
        execution.finalize(effect);
        this.#options.onFinalize(effect);
      },
      evidence: (evidence) => {
        const { kind, view, signer } = evidence;
        logger.log("warn", "a validator contradicted itself", { kind, view, signer });
        metrics.count("consensus_evidence_total", 1, { kind });
        storage.store.commit(rowsOfEvidence(evidence, storage.store)).catch(fail);
        this.#options.onEvidence(evidence);
      },
      report,
      observe: (observation) => {
        if (observation.what === "proposed") this.#proposed = observation;
        else onObservation(observation);
      },
      fail,
    };
  }
}
