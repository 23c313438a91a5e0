import type { Replica } from "@polis/minimmit";
import type { Logger, Metrics } from "@polis/ports";
import type { Config } from "../config/schema.ts";
import { type Chain, keepBlocksOf } from "./chain.ts";
import { savePool } from "./poolStore.ts";
import { Pruner } from "./pruning/pruner.ts";
import type { TransactionDesk } from "./transactions/desk.ts";

export interface HousekeepingOptions {
  readonly config: Config;
  readonly chain: Chain;
  readonly replica: Replica;
  readonly desk: TransactionDesk;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly onPoolChanged: () => void;
  readonly fail: (error: unknown) => void;
}

/** The disk is too full to vote safely (testing 8.6): exit code 75, resume when there is space. */
export class DiskFullError extends Error {
  override readonly name = "DiskFullError";
  readonly code = "STORAGE_FULL";
  readonly hint = "free space on the disk that holds storage.path, then start the node again; nothing is lost";
}

const SECOND_MS = 1000;
const SAVE_POOL_S = 30;
const DISK_S = 10;

/** What a node does by the clock: expiry, announcements, disk space, the saved pool, gauges and readiness; and what it drops. */
export class Housekeeping {
  readonly #options: HousekeepingOptions;
  #timer: NodeJS.Timeout | undefined;
  #seconds = 0;
  #finalAtMs = performance.now();
  #saving = false;
  readonly #pruner: Pruner | undefined;

  constructor(options: HousekeepingOptions) {
    this.#options = options;
    const { config, chain, fail } = options;
    const keepBlocks = keepBlocksOf(config);
    if (keepBlocks !== undefined) {
      this.#pruner = new Pruner({ store: chain.storage.store, ledger: chain.ledger, keepBlocks, fail });
    }
  }

  start(): void {
    this.#finalAtMs = performance.now();
    this.#timer = setInterval(() => {
      try {
        this.#everySecond();
      } catch (error) {
        this.#options.fail(error);
      }
    }, SECOND_MS);
    this.#pruner?.kick();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#pruner?.stop();
  }

  /** Blocks are final and on disk. */
  onFinal(): void {
    this.#finalAtMs = performance.now();
    this.#pruner?.kick();
  }

  /** Monotonic time of the last finalization, of the start before the first. */
  get finalAtMs(): number {
    return this.#finalAtMs;
  }

  #everySecond(): void {
    const { config, desk, metrics, replica, onPoolChanged } = this.#options;
    this.#seconds++;
    desk.housekeep(config.mempool.regossipInterval);
    // Time windows open and close, so the pool's answer may change without any transaction (kairos 7.4).
    onPoolChanged();
    metrics.gauge("consensus_views_since_finalization", Math.max(0, replica.view - replica.lastFinalized.view));
    if (this.#seconds % DISK_S === 0) this.checkDisk();
    if (this.#seconds % SAVE_POOL_S === 0 && config.mempool.persist) void this.#savePool();
  }

  /** @throws DiskFullError when the disk is too full to vote safely (testing 8.6). */
  checkDisk(): void {
    if (this.#options.chain.storage.freeSpace().low) {
      throw new DiskFullError("too little space is left on the disk of storage.path");
    }
  }

  async #savePool(): Promise<void> {
    const { chain, fail } = this.#options;
    if (this.#saving) return;
    this.#saving = true;
    await savePool(chain.storage.store, chain.ledger.pool, Date.now()).catch(fail);
    this.#saving = false;
  }
}
