import { EventEmitter } from "node:events";
import type { Height } from "@polis/codec";
import type { Genesis } from "@polis/kairos";
import type { Logger } from "@polis/ports";
import type { Config } from "../config/schema.ts";
import { DnsSeeds } from "../follower/dnsSeeds.ts";
import { followerGenesis } from "../follower/followerGenesis.ts";
import { type FollowerState, followerState } from "../follower/followerState.ts";
import { loadLinkKey } from "../follower/linkKey.ts";
import { systemClock } from "../node/clock.ts";
import { KairosNode } from "../node/kairosNode.ts";
import type { LinkIdentity } from "../node/role.ts";
import type { Readiness } from "../telemetry/healthServer.ts";
import { createLogger } from "../telemetry/logger.ts";
import { createMetrics, type MetricsRegistry } from "../telemetry/metrics.ts";
import { endWithin } from "./endWithin.ts";
import { emitNodeEvents, type NodeEvents } from "./nodeEmitter.ts";

/** What a program around the follower may decide; every field has a default. */
export interface RpcNodeOptions {
  /** Instead of what the configuration names. */
  readonly genesis?: Genesis;
  readonly clientVersion?: string;
  readonly metrics?: MetricsRegistry;
  /** Of an encrypted key file, unless `identity.password_file` names a file. No environment variable is read. */
  readonly password?: string | undefined;
}

/**
 * A follower inside this process (kairos 14, X10): it verifies every certificate that it stores, executes every block, and
 * serves all read interfaces. It has no consensus key and never votes.
 *
 * When its execution contradicts a finalized block, it stops following, emits `error` with a DivergenceError, and goes on
 * serving as not ready (L1): what it has served before was verified.
 * @example
 * const node = await RpcNode.fromConfig(NodeConfig.fromPath("follower.toml"));
 * await node.waitReady();
 * node.on("finalized", ({ height }) => console.log(height));
 * await node.shutdown(10_000);
 */
export class RpcNode extends EventEmitter<NodeEvents> {
  #node: KairosNode | undefined;
  #seeds: DnsSeeds | undefined;
  #failure: unknown;

  private constructor() {
    super();
  }

  /**
   * Opens storage, listens, dials the validators of genesis and the configuration, and starts to follow.
   * @param identity the Ed25519 key of its peer links; by default the configured file, or one in the data folder, made
   *   when it is missing
   * @throws UserError, ConfigError, StorageError, or the listen error of an address that is taken; nothing stays open then
   */
  static async fromConfig(
    config: Config,
    identity?: LinkIdentity,
    logger: Logger = createLogger({ level: config.logging.level, format: config.logging.format }),
    options: RpcNodeOptions = {},
  ): Promise<RpcNode> {
    const node = new RpcNode();
    await node.#start(config, identity ?? loadLinkKey(config, options.password), logger, options);
    return node;
  }

  async #start(config: Config, { ed25519 }: LinkIdentity, logger: Logger, options: RpcNodeOptions): Promise<void> {
    const seeds = new DnsSeeds({ p2p: config.p2p, logger });
    const p2p = { ...config.p2p, bootnodes: [...(await seeds.ask())] };
    const node = await KairosNode.open({
      ...{ config: { ...config, p2p }, logger, clock: systemClock },
      genesis: options.genesis ?? followerGenesis(config),
      // Only the link key: a consensus key in the same configuration must not make this node vote.
      identity: { ed25519 },
      freshJournal: false,
      clientVersion: options.clientVersion ?? `kairos-library/node${process.versions.node}`,
      metrics: options.metrics ?? createMetrics(),
      observer: emitNodeEvents(this, (error) => this.#onFailure(error)),
    });
    this.#node = node;
    this.#seeds = seeds;
    try {
      await node.start();
      seeds.watch((bootnodes) => node.setBootnodes(bootnodes));
    } catch (error) {
      await node.stop().catch(() => undefined);
      throw error;
    }
  }

  /** Resolves with true once a source is connected (N12), with false when the bootstrap time is over first. */
  waitReady(): Promise<boolean> {
    return this.kairos.waitReady();
  }

  /** Port of the JSON-RPC server; undefined when it is switched off. */
  get rpcPort(): number | undefined {
    return this.kairos.rpcPort;
  }

  /** Port of the visualizer; undefined when it is switched off. */
  get visualizerPort(): number | undefined {
    return this.kairos.visualizerPort;
  }

  /** The node behind, for programs that need more than events. */
  get kairos(): KairosNode {
    return this.#node!;
  }

  get finalizedHeight(): Height {
    return this.kairos.chain.ledger.lastFinalized.height;
  }

  /** Why the node has stopped following; undefined while it works. For programs that listen to `error` late. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Booting, syncing or ready (kairos 14), and how far it is. */
  state(): FollowerState {
    return followerState(this.kairos.facts());
  }

  /** What `/readyz` says. */
  readiness(): Readiness {
    return this.kairos.readiness();
  }

  /** Stops following and emits `error`: for programs that learn of a failure outside the node. */
  fail(error: unknown): void {
    this.kairos.fail(this.kairos.chain.storage.failure ?? error);
  }

  /**
   * Ends the node: blocks on disk, the pool saved, the storage lock released. Idempotent.
   * @param ms how long to wait
   * @throws ShutdownError naming the unfinished units when the time is over; they go on ending
   */
  async shutdown(ms: number): Promise<void> {
    this.#seeds?.stop();
    await endWithin(ms, this.kairos.stop(), () => this.kairos.unfinished);
  }

  #onFailure(error: unknown): void {
    // The first failure is the cause; the ones behind it are its echoes.
    if (this.#failure !== undefined) return;
    this.#failure = error;
    // Without a listener the emitter would throw into the node's own code.
    if (this.listenerCount("error") > 0) this.emit("error", error);
  }
}
