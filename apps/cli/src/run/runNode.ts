import type { Config } from "../config/schema.ts";
import { UserError } from "../errors.ts";
import { loadIdentity } from "../keys/identity.ts";
import type { NodeMessage } from "../localnet/nodeReport.ts";
import { systemClock } from "../node/clock.ts";
import { KairosNode } from "../node/kairosNode.ts";
import { createLogger } from "../telemetry/logger.ts";
import { createMetrics } from "../telemetry/metrics.ts";
import { clearFresh, isMarkedFresh } from "./freshMark.ts";
import { loadGenesis } from "./loadGenesis.ts";
import { Reporter } from "./reporter.ts";

export interface RunOptions {
  readonly config: Config;
  /** The operator accepts that this key may have signed before (kairos R27). */
  readonly acceptJournalLoss: boolean;
  readonly clientVersion: string;
}

/** Exit code of a full or failing disk (kairos 18.3). */
const EXIT_STORAGE = 75;
const STOP_MS = 10_000;
const STORAGE_CODES = new Set(["STORAGE_FULL", "STORAGE_CORRUPT", "STORAGE_FAILED", "STORE_CORRUPT"]);

/**
 * Runs a validator until SIGINT or SIGTERM.
 * @returns the exit code: 0 normal, 1 failure, 75 storage full or failing
 */
export async function runNode({ config, acceptJournalLoss, clientVersion }: RunOptions): Promise<number> {
  const logger = createLogger({ level: config.logging.level, format: config.logging.format });
  const genesis = loadGenesis(config);
  const identity = loadIdentity(config, process.env.KAIROS_KEY_PASSWORD);
  const reporter = process.send === undefined ? undefined : new Reporter(sendToParent);
  const ended = Promise.withResolvers<number>();
  const node = await KairosNode.open({
    config,
    genesis,
    identity,
    freshJournal: acceptJournalLoss || isMarkedFresh(config),
    clientVersion,
    clock: systemClock,
    logger,
    metrics: createMetrics(),
    observer: {
      onObservation: (observation) => reporter?.onObservation(observation),
      onFailure: (error) => ended.resolve(exitCodeOf(error)),
    },
  });
  // The storage engine rejects a failed commit twice more outside the awaited promise (testing 1): stop, do not crash.
  process.on("unhandledRejection", (reason) => node.fail(node.chain.storage.failure ?? reason));
  const stopSignal = (): void => ended.resolve(0);
  process.on("SIGINT", stopSignal);
  process.on("SIGTERM", stopSignal);
  if (reporter !== undefined) process.on("disconnect", stopSignal);
  await node.start();
  // The journal exists now: an absent one is a lost one from here on.
  if (node.chain.restored.journal !== "lost") clearFresh(config);
  logger.log("info", "the node is up", { rpcPort: node.rpcPort ?? 0, genesis: node.chain.genesisHash.slice(0, 16) });
  reporter?.start(node.rpcPort ?? 0, () => node.numbers());
  const code = await ended.promise;
  reporter?.stop();
  const force = setTimeout(() => process.exit(code === 0 ? 1 : code), STOP_MS);
  await node.stop().catch((error: unknown) => {
    if (code === 0) throw error;
  });
  clearTimeout(force);
  logger.log("info", "the node has stopped", { code });
  if (process.connected) process.disconnect();
  return code;
}

function sendToParent(message: NodeMessage): void {
  // The parent may have gone in this very moment; the disconnect event ends this process then.
  if (process.connected) process.send?.(message, () => undefined);
}

/** What a failure means to whoever started the process. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UserError) return error.exitCode;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return STORAGE_CODES.has(code) ? EXIT_STORAGE : 1;
}
