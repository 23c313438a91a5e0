import { EventEmitter } from "node:events";
import type { Height } from "@polis/codec";
import type { Genesis } from "@polis/kairos";
import type { Observation } from "@polis/minimmit";
import type { Logger } from "@polis/ports";
import type { Config } from "../config/schema.ts";
import type { NodeIdentity } from "../keys/identity.ts";
import { systemClock } from "../node/clock.ts";
import { KairosNode } from "../node/kairosNode.ts";
import { clearFresh, isMarkedFresh } from "../run/freshMark.ts";
import type { RemoteSigner } from "../signer/link/connectSigner.ts";
import type { Readiness } from "../telemetry/healthServer.ts";
import { createLogger, forModule } from "../telemetry/logger.ts";
import { createMetrics, type MetricsRegistry } from "../telemetry/metrics.ts";
import { createJournal } from "./createJournal.ts";
import { forgetFresh, isKnownFresh } from "./freshKeys.ts";
import { emitNodeEvents, type NodeEvents } from "./nodeEmitter.ts";
import { resolveGenesis } from "./resolveGenesis.ts";
import { ShutdownError } from "./shutdownError.ts";
import { startWaiting, type WaitingNode } from "./waitingNode.ts";

/** The events of a validator and what their listeners get. */
export type ValidatorNodeEvents = NodeEvents;

/** What a program around the node may decide; every field has a default. */
export interface ValidatorNodeOptions {
  /** The operator answers for it that this key never signed what it may sign now (R27). */
  readonly acceptJournalLoss?: boolean;
  /** Instead of what the configuration names. */
  readonly genesis?: Genesis;
  readonly clientVersion?: string;
  readonly metrics?: MetricsRegistry;
  /** Everything that consensus reports, beside the events. */
  readonly onObservation?: (observation: Observation) => void;
}

/**
 * A Kairos validator inside this process (kairos 18.4, X10). Several may live side by side; none reads the process's
 * environment, installs signal handlers or ends the process.
 * @example
 * const node = await ValidatorNode.fromConfig(config, ValidatorIdentity.generate());
 * await node.waitReady();
 * node.on("finalized", ({ height }) => console.log(height));
 * await node.shutdown(10_000);
 */
export class ValidatorNode extends EventEmitter<ValidatorNodeEvents> {
  #node: KairosNode | undefined;
  #waiting: WaitingNode | undefined;
  readonly #logger: Logger;
  #signer: RemoteSigner | undefined;
  #failure: unknown;

  private constructor(logger: Logger) {
    super();
    this.#logger = logger;
  }

  /**
   * Opens storage, restores consensus, listens and starts. A configuration whose validator set is not complete gives a
   * node that serves its interfaces and waits (X8).
   * @throws UserError, ConfigError, StorageError, or the listen error of an address that is taken; nothing stays open then
   */
  static async fromConfig(
    config: Config,
    identity: NodeIdentity,
    logger: Logger = createLogger({ level: config.logging.level, format: config.logging.format }),
    options: ValidatorNodeOptions = {},
  ): Promise<ValidatorNode> {
    const node = new ValidatorNode(logger);
    await node.#start(config, identity, options);
    return node;
  }

  async #start(config: Config, identity: NodeIdentity, options: ValidatorNodeOptions): Promise<void> {
    const resolved = options.genesis === undefined ? resolveGenesis(config, identity) : undefined;
    const common = {
      config,
      logger: this.#logger,
      metrics: options.metrics ?? createMetrics(),
      clientVersion: options.clientVersion ?? `kairos-library/node${process.versions.node}`,
    };
    if (resolved?.kind === "waiting") {
      this.#waiting = await startWaiting({ ...common, ...resolved });
      return;
    }
    const genesis = options.genesis ?? resolved!.genesis;
    const signer = "signer" in identity ? identity.signer : undefined;
    signer?.observe(forModule(this.#logger, "signer"), common.metrics);
    this.#signer = signer;
    const freshJournal =
      options.acceptJournalLoss === true ||
      (signer === undefined ? isMarkedFresh(config) : signer.hello.fresh) ||
      isKnownFresh(identity);
    const observer = emitNodeEvents(this, (error) => this.#onFailure(error), options.onObservation);
    this.#node = await KairosNode.open({ ...common, genesis, identity, freshJournal, clock: systemClock, observer });
    try {
      await createJournal(this.#node.chain);
      // Before the first vote: from here on an absent journal is a lost one.
      if (this.#node.chain.restored.journal !== "lost") {
        clearFresh(config);
        forgetFresh(identity);
      }
      await this.#node.start();
    } catch (error) {
      await this.#node.stop().catch(() => undefined);
      throw error;
    }
  }

  /** Resolves with true once enough validators are connected (N12), with false when the bootstrap time is over first. */
  waitReady(): Promise<boolean> {
    return this.#node?.waitReady() ?? Promise.resolve(false);
  }

  /** Port of the JSON-RPC server; undefined when it is switched off. */
  get rpcPort(): number | undefined {
    return (this.#node ?? this.#waiting)?.rpcPort;
  }

  /** Port of the visualizer; undefined when it is switched off. */
  get visualizerPort(): number | undefined {
    return (this.#node ?? this.#waiting)?.visualizerPort;
  }

  /** The node behind, for programs that need more than events; undefined while the validator set is not complete. */
  get kairos(): KairosNode | undefined {
    return this.#node;
  }

  get finalizedHeight(): Height | undefined {
    return this.#node?.chain.ledger.lastFinalized.height;
  }

  /** Why the node has stopped working; undefined while it works. For programs that listen to `error` late. */
  get failure(): unknown {
    return this.#failure;
  }

  /** What `/readyz` says. */
  readiness(): Readiness {
    if (this.#waiting !== undefined) return { ready: false, details: [this.#waiting.reason] };
    return this.#node?.readiness() ?? { ready: false, details: ["the node is not running"] };
  }

  /** Stops voting and emits `error`: for programs that learn of a failure outside the node, such as an unhandled rejection. */
  fail(error: unknown): void {
    if (this.#node === undefined) this.#onFailure(error);
    else this.#node.fail(this.#node.chain.storage.failure ?? error);
  }

  /**
   * Ends the node: no new work, votes and blocks on disk, the pool saved, the storage lock released. Idempotent.
   * @param ms how long to wait
   * @throws ShutdownError naming the unfinished units when the time is over; they go on ending
   */
  async shutdown(ms: number): Promise<void> {
    const ended = (this.#node?.stop() ?? this.#waiting?.stop() ?? Promise.resolve()).finally(() =>
      this.#signer?.close(),
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new ShutdownError(this.#node?.unfinished ?? ["interfaces"], ms)), ms);
    });
    try {
      await Promise.race([ended, late]);
    } finally {
      clearTimeout(timer);
      // A unit that fails after the time-out has nobody else to tell.
      ended.catch(() => undefined);
    }
  }

  #onFailure(error: unknown): void {
    // The first failure is the cause; the ones behind it are its echoes.
    if (this.#failure !== undefined) return;
    this.#failure = error;
    // Without a listener the emitter would throw into the node's own code.
    if (this.listenerCount("error") > 0) this.emit("error", error);
  }
}
