import { availableParallelism } from "node:os";
import { height as asHeight, type Fault } from "@polis/codec";
import type { Genesis } from "@polis/kairos";
import { DivergenceError, frameTypes, type Observation, type Peer } from "@polis/minimmit";
import type { Hello, PeerNetwork } from "@polis/net";
import type { Clock, Logger } from "@polis/ports";
import type { Config } from "../config/schema.ts";
import { createFollowerRole } from "../follower/followerRole.ts";
import { signaturesAhead } from "../follower/signaturesAhead.ts";
import { readUpstream } from "../follower/upstream.ts";
import type { NodeIdentity } from "../keys/identity.ts";
import type { Readiness } from "../telemetry/healthServer.ts";
import type { MetricsRegistry } from "../telemetry/metrics.ts";
import { NodeTelemetry } from "../telemetry/nodeTelemetry.ts";
import { createVisualizer, type Visualizer } from "../visualizer/startVisualizer.ts";
import { type Chain, openChain, replicaConfig } from "./chain.ts";
import { ChainEvents } from "./chainEvents.ts";
import { Consensus } from "./consensus.ts";
import { BAD_TRANSACTION_POINTS, penaltyOf, unknownFrame } from "./consensusLinks.ts";
import { FinalFeed } from "./feed/finalFeed.ts";
import { SyncBudget } from "./feed/syncBudget.ts";
import { TX_ANNOUNCE, TX_BATCH } from "./gossip/wire.ts";
import { Housekeeping } from "./housekeeping.ts";
import { type Interfaces, startInterfaces } from "./interfaces.ts";
import { createNodeNetwork } from "./network.ts";
import { type FinalBlock, NodeCounters, type NodeNumbers, type NodeObserver } from "./nodeEvents.ts";
import { loadPool, savePool } from "./poolStore.ts";
import { RequestPace } from "./requestPace.ts";
import { CAPABILITY_PRUNED, type LinkIdentity, type NodeRole, type RoleFacts } from "./role.ts";
import { TransactionDesk } from "./transactions/desk.ts";
import { createValidatorRole } from "./validatorRole.ts";
import { createVerifyPool, type VerifyPool } from "./verify/pool.ts";

export interface KairosNodeOptions {
  readonly config: Config;
  readonly genesis: Genesis;
  /** The keys of a validator, or the link key alone of a node that only follows. */
  readonly identity: NodeIdentity | LinkIdentity;
  /** The key is known never to have signed in this network, or the operator accepts the risk (R27). */
  readonly freshJournal: boolean;
  readonly clientVersion: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricsRegistry;
  readonly observer: NodeObserver;
}

/** A Kairos node: machine, ledger, disk, links and interfaces put together. Only `start` talks to the world. */
export class KairosNode {
  readonly chain: Chain;
  readonly counters = new NodeCounters();
  readonly #options: KairosNodeOptions;
  /** A node whose key is in the validator list votes; any other follows. */
  readonly role: NodeRole;
  readonly #network: PeerNetwork;
  readonly #feed: FinalFeed;
  #failure: unknown;
  readonly #consensus: Consensus;
  readonly #desk: TransactionDesk;
  readonly #verifiers: VerifyPool | undefined;
  readonly #housekeeping: Housekeeping;
  readonly #events: ChainEvents;
  readonly #visualizer: Visualizer | undefined;
  readonly #telemetry: NodeTelemetry;
  #interfaces: Interfaces | undefined;
  #serves = false;
  #p2pPort: number | undefined;
  #stopped: Promise<void> | undefined;
  readonly #running = new Set<string>();

  /** Opens storage and restores the replica. @throws what storage, genesis and keys throw. */
  static async open(options: KairosNodeOptions): Promise<KairosNode> {
    let node: KairosNode | undefined;
    const onFailure = (error: Error): void => node?.fail(error);
    const { identity } = options;
    const voter = "bls" in identity ? identity : undefined;
    const chain = await openChain({ ...options, identity: voter, onFailure });
    const instance = identity.ed25519.publicKey.toHex().slice(0, 16);
    node = new KairosNode(options, chain, await NodeTelemetry.open(options, chain, instance));
    return node;
  }

  private constructor(options: KairosNodeOptions, chain: Chain, telemetry: NodeTelemetry) {
    const { config, genesis, clock, logger, metrics } = options;
    const { ledger } = chain;
    const fail = (error: unknown): void => this.fail(error);
    const report = (peer: Peer, fault: Fault): void => this.#report(peer, fault);
    this.#options = options;
    this.#telemetry = telemetry;
    this.chain = chain;
    this.#events = new ChainEvents({
      reader: ledger,
      validators: genesis.n,
      epoch: genesis.params.epoch,
      wallMs: () => clock.wallMs(),
    });
    this.#visualizer = visualizerOf(options, chain);
    const nowMs = () => performance.now();
    this.#verifiers = startVerifiers(config, genesis, fail);
    this.role =
      chain.voting.keys === undefined
        ? createFollowerRole({ ...genesis, nowMs, redial: (peer) => this.#network.redial(peer) })
        : createValidatorRole(genesis.n);
    this.#network = createNodeNetwork({
      ...options,
      role: this.role,
      genesisHash: chain.genesisHash,
      self: chain.voting.keys?.index,
      lastFinalized: () => ledger.lastFinalized,
      handlers: {
        onConsensus: (peer, type, body) => this.#onFrame(peer, type, body),
        onBulk: (peer, type, body) => this.#onFrame(peer, type, body),
        onLink: (peer, up, hello) => this.#onLink(peer, up, hello),
      },
    });
    this.#desk = new TransactionDesk({
      ...{ ledger, clock, metrics, report, pool: this.#verifiers, validators: genesis.n, fills: telemetry.fills },
      tracer: telemetry.tracer,
      fail,
      reportTransaction: (peer, fault) => this.#charge(peer, fault, BAD_TRANSACTION_POINTS),
      ratePerSecond: config.p2p.txRatePerSecond,
      broadcastQueue: config.p2p.txBroadcastQueueSize,
      peers: () => this.#network.peers().flatMap(({ peer, up }) => (up ? [peer] : [])),
      send: (to, type, body) => void this.#network.sendBulk(to, type, body),
      onPoolChanged: () => this.#consensus.poolChanged(),
      onPooled: (hashes) => this.#events.onPooled(hashes),
    });
    const syncBudget = new SyncBudget(config.p2p.bytesPerSecond, config.p2p.syncBandwidthPercent, nowMs());
    this.#consensus = new Consensus({
      ...{ chain, clock, logger, metrics, fail, report, network: this.#network, pool: this.#verifiers },
      ...{ config: replicaConfig(chain, config), meter: telemetry.meter },
      ...{ fills: telemetry.fills, tracer: telemetry.tracer },
      pace: (execution) => this.role.pace(execution),
      arrive: (deliver) => signaturesAhead({ ledger, pool: this.#verifiers, deliver, fail }),
      syncBudget,
      requestPace: new RequestPace(config.p2p.syncRatePerSecond),
      onIncluded: (hashes) => this.#desk.onIncluded(hashes),
      onFinal: (blocks) => this.#onFinal(blocks),
      onObservation: (observation) => this.#onObservation(observation),
      onFinalize: (finalize) => {
        telemetry.onFinalize(finalize);
        this.#feed.push(finalize);
        this.#visualizer?.view.onFinalize(finalize);
      },
      onEvidence: (evidence) => {
        this.#events.onEvidence(evidence);
        options.observer.onEvidence?.(evidence);
      },
    });
    this.#feed = new FinalFeed({
      ...{ network: this.#network, archive: chain.archive, n: genesis.n },
      ...{ maxBlockBytes: genesis.params.block.maxBytes, budget: syncBudget, metrics, nowMs },
      knownView: () => this.#consensus.replica.finalizedView,
    });
    this.#housekeeping = new Housekeeping({
      ...{ config, chain, logger, metrics, fail, desk: this.#desk },
      replica: this.#consensus.replica,
      onPoolChanged: () => this.#consensus.poolChanged(),
    });
  }

  /**
   * Listens, dials, serves, and lets consensus begin.
   * @throws the listen error of an address that is taken; DiskFullError when the disk is too full to vote safely
   */
  async start(): Promise<void> {
    this.#housekeeping.checkDisk();
    const { replica } = this.#consensus;
    this.#telemetry.startGauges({
      ...{ replica, network: this.#network, readiness: () => this.readiness() },
      finalAtMs: () => this.#housekeeping.finalAtMs,
    });
    this.#p2pPort = (await this.#network.start())?.port;
    this.#interfaces = await startInterfaces({
      ...this.#options,
      ...{ chain: this.chain, replica, network: this.#network, readiness: () => this.readiness() },
      tracer: this.#telemetry.tracer,
      ...{ role: this.role, failure: () => this.#failure },
      events: this.#events.events,
      submit: (envelope) => this.#desk.submit(envelope),
    });
    await this.#visualizer?.serve();
    this.#consensus.start();
    const saved = this.#options.config.mempool.persist ? loadPool(this.chain.storage.store) : [];
    for (const envelope of saved) void this.#desk.submit(envelope);
    this.#housekeeping.start();
    this.#serves = true;
  }

  /** Network-ready (N12), latched. */
  waitReady(): Promise<boolean> {
    return this.#network.waitReady();
  }

  /** The followers that a follower asks beside the validators, from now on (kairos N13). @param entries `key@host:port` */
  setBootnodes(entries: readonly string[]): void {
    this.#network.setUpstreams(entries.map(readUpstream));
  }

  get rpcPort(): number | undefined {
    return this.#interfaces?.rpcPort;
  }

  /** Port of the operator's interface; undefined when it is switched off. */
  get adminPort(): number | undefined {
    return this.#interfaces?.adminPort;
  }

  /** The key on its peer links, and the port on which it takes them once it has started. */
  get p2p(): { readonly peerId: string; readonly port: number | undefined } {
    return { peerId: this.#network.peerId, port: this.#p2pPort };
  }

  /** Port of the visualizer; undefined when it is switched off. */
  get visualizerPort(): number | undefined {
    return this.#visualizer?.port;
  }

  /**
   * What `/readyz`, `grpc.health.v1` and `kairos_health` say (kairos O1): what the role says, once every enabled listener
   * serves. A node that has stopped itself is not ready, whatever its links say.
   */
  readiness(): Readiness {
    if (this.#failure !== undefined) return { ready: false, details: [`stopped: ${textOf(this.#failure)}`] };
    if (this.#stopped !== undefined) return { ready: false, details: ["the node is stopping"] };
    const { ready, details } = this.role.readiness(this.facts());
    if (!this.#serves) return { ready: false, details: ["starting: not every interface serves yet", ...details] };
    return { ready, details };
  }

  /** What the role judges readiness by. */
  facts(): RoleFacts {
    const { replica } = this.#consensus;
    const { config, genesis } = this.#options;
    return {
      peers: this.#network.peers(),
      n: genesis.n,
      f: genesis.f,
      finalizedHeight: replica.lastFinalized.height,
      lastView: replica.lastFinalized.view,
      knownView: replica.finalizedView,
      startView: this.chain.restored.lastFinalized.view,
      view: replica.view,
      silentMs: performance.now() - this.#housekeeping.finalAtMs,
      // An idle network is silent for as long as it may be (kairos 15.2 GetHealth).
      stallAfterMs: config.health.stallAfter + config.consensus.emptyBlockInterval,
    };
  }

  numbers(): NodeNumbers {
    const { replica } = this.#consensus;
    const peers = this.#network.peers();
    return {
      view: replica.view,
      finalizedHeight: replica.lastFinalized.height,
      finalizedPayments: this.counters.finalizedPayments,
      nullifiedViews: this.counters.nullifiedViews,
      peers: peers.filter(({ up }) => up).length,
      pending: this.chain.ledger.pool.status().pending,
      sentBytes: this.#network.sentBytes,
    };
  }

  /** Stops in the order that loses nothing: no new work, votes and blocks on disk, pool saved, lock released. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** What `stop` waits for at this moment. */
  get unfinished(): readonly string[] {
    return [...this.#running];
  }

  /** A broken invariant or a failed disk: the node votes no more and tells whoever runs it. */
  fail(error: unknown): void {
    const { logger, metrics } = this.#options;
    const diverged = error instanceof DivergenceError;
    this.#failure ??= error;
    logger.log("error", `${diverged ? "CRITICAL: " : ""}the node stops: ${textOf(error)}`);
    // Below a certificate nobody else has seen that the refused block was final (L1).
    const counted = metrics.value("execution_root_mismatch_total") ?? 0;
    if (diverged && counted === 0) metrics.count("execution_root_mismatch_total");
    // A disk that is nearly full still writes, so that the votes must be stopped here (testing 8.6).
    this.#consensus?.stop().catch(() => undefined);
    this.#options.observer.onFailure?.(error);
  }

  async #stop(): Promise<void> {
    this.#housekeeping.stop();
    this.#telemetry.stopGauges();
    this.#desk.close();
    const errors: unknown[] = [];
    for (const [unit, end] of this.#units()) {
      this.#running.add(unit);
      // A unit that cannot end well must not keep the ones behind it, above all the storage lock.
      await end().catch((error: unknown) => errors.push(error));
      this.#running.delete(unit);
    }
    if (errors.length > 0) throw errors[0];
  }

  /** The units in the order in which they end: first what brings work, last what keeps it. */
  #units(): readonly (readonly [string, () => Promise<unknown>])[] {
    const { storage, ledger } = this.chain;
    const { config, clock } = this.#options;
    const savesPool = config.mempool.persist && storage.failure === undefined;
    return [
      ["interfaces", async () => this.#interfaces?.close()],
      ["visualizer", async () => this.#visualizer?.close()],
      ["consensus", () => this.#consensus.stop()],
      ["network", () => this.#network.close()],
      ["tracing", async () => this.#telemetry.close()],
      ["signature workers", async () => this.#verifiers?.close()],
      ["mempool", async () => (savesPool ? savePool(storage.store, ledger.pool, clock.wallMs()) : undefined)],
      ["storage", () => storage.close()],
    ];
  }

  #onFrame(peer: Peer, type: number, body: Uint8Array): undefined {
    try {
      if (type >= TX_ANNOUNCE && type <= TX_BATCH) this.#desk.gossip.onFrame(peer, type, body);
      else if (!this.role.admits(peer, type)) this.#report(peer, unknownFrame(type));
      else if (type === frameTypes.finalizedPush) this.#consensus.links.onPush(peer, body);
      else if (type < TX_ANNOUNCE) this.#consensus.links.onConsensus(peer, type, body);
      else if (type >= 0x20 && type <= 0x25) this.#consensus.links.onFetch(peer, type, body);
      else this.#report(peer, unknownFrame(type));
    } catch (error) {
      // A peer's fault is a value; whatever is thrown is this node's own, and must not end the program around it.
      this.fail(error);
    }
    return undefined;
  }

  #onLink(peer: Peer, up: boolean, hello: Hello): void {
    const info = this.#network.peers().find((known) => known.peer === peer);
    if (info !== undefined && this.role.onLink(info, up, hello)) {
      const keepsAll = (hello.capabilities & CAPABILITY_PRUNED) === 0;
      const said = keepsAll ? { finalizedHeight: asHeight(hello.lastFinalized.height) } : {};
      this.#consensus.deliver({ kind: "link", peer, up, ...said });
    }
    if (up) this.#desk.gossip.onPeerUp(peer);
    else this.#desk.gossip.onPeerDown(peer);
  }

  #onFinal(blocks: readonly FinalBlock[]): void {
    this.counters.final(blocks);
    this.#housekeeping.onFinal();
    this.#events.onFinal(blocks);
    this.#visualizer?.view.onFinal(blocks);
    this.#options.observer.onFinal?.(blocks);
  }

  #onObservation(observation: Observation): void {
    this.#telemetry.onObservation(observation);
    this.counters.observe(observation);
    this.#events.onObservation(observation);
    this.#visualizer?.view.onObservation(observation);
    this.#options.observer.onObservation?.(observation);
  }

  #report(peer: Peer, fault: Fault): void {
    this.#charge(peer, fault, penaltyOf(fault));
  }

  /** @param points of kairos N8; nothing for what a correct peer may send too. */
  #charge(peer: Peer, { code, verdict }: Fault, points: number): void {
    if (verdict !== "punish") return;
    this.#network.report(peer, points, code);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Threads for signatures: by default none on a machine whose cores other validators share, else all but two (18.2). */
function startVerifiers(config: Config, genesis: Genesis, fail: (error: unknown) => void): VerifyPool | undefined {
  const threads = config.workers.signature ?? Math.min(8, Math.max(1, availableParallelism() - 2));
  return threads === 0 ? undefined : createVerifyPool(threads, genesis.params, fail);
}

/** The ring begins where the chain stands on disk. */
function visualizerOf({ config, clock, logger, metrics }: KairosNodeOptions, chain: Chain): Visualizer | undefined {
  const { genesis, ledger, voting } = chain;
  const { view, height } = ledger.lastFinalized;
  return createVisualizer({
    config: config.visualizer,
    facts: { n: genesis.n, f: genesis.f, index: voting.keys?.index ?? -1 },
    roundRobin: genesis.leader === "round-robin",
    start: { finalizedView: view, finalizedHeight: height },
    wallMs: () => clock.wallMs(),
    ...{ logger, metrics },
  });
}
