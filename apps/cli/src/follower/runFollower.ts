import { DivergenceError } from "@polis/minimmit";
import type { Logger } from "@polis/ports";
import type { Config } from "../config/schema.ts";
import { RpcNode } from "../library/rpcNode.ts";
import type { NodeMessage } from "../localnet/nodeReport.ts";
import { asUserError } from "../run/asUserError.ts";
import { exitAfter } from "../run/exitAfter.ts";
import { exitCodeOf } from "../run/exitCodeOf.ts";
import { createNodeLogger } from "../run/nodeLogger.ts";
import { Reporter } from "../run/reporter.ts";
import { whenParentGone } from "../run/whenParentGone.ts";
import { createLogger } from "../telemetry/logger.ts";
import { showProgress } from "./showProgress.ts";

/** How a follower runs as a program. */
export interface RunFollowerOptions {
  readonly config: Config;
  /** Lines of JSON about the progress on standard output; log lines go to standard error then. */
  readonly json: boolean;
  readonly clientVersion: string;
}

/** As `kairos run` (kairos 18.3). */
const STOP_MS = 9_000;
const EXIT_MS = 500;

/**
 * Runs a follower until SIGINT or SIGTERM. One whose execution contradicts a finalized block goes on serving as not ready
 * (L1), because whoever watches it must see that, and ends with code 1.
 * @returns the exit code: 0 normal, 1 failure, 75 storage full or failing
 * @throws UserError with its exit code for what a person must correct first
 */
export async function runFollower({ config, json, clientVersion }: RunFollowerOptions): Promise<number> {
  const nodeLogger = json ? undefined : createNodeLogger(config);
  const logger = nodeLogger ?? errorStreamLogger(config);
  const ended = Promise.withResolvers<number>();
  let diverged = false;
  const stopSignal = (): void => ended.resolve(diverged ? 1 : 0);
  process.on("SIGINT", stopSignal);
  process.on("SIGTERM", stopSignal);
  if (nodeLogger?.reopen !== undefined) process.on("SIGHUP", nodeLogger.reopen);
  const reporter = process.send === undefined ? undefined : new Reporter(sendToParent);
  const release = whenParentGone(stopSignal);
  const password = process.env.KAIROS_KEY_PASSWORD;
  const node = await RpcNode.fromConfig(config, undefined, logger, { clientVersion, password }).catch(asUserError);
  const onFailure = (error: unknown): void => {
    diverged = error instanceof DivergenceError;
    if (!diverged) ended.resolve(exitCodeOf(error));
  };
  node.on("error", onFailure);
  node.on("shutdown", stopSignal);
  if (node.failure !== undefined) onFailure(node.failure);
  process.on("unhandledRejection", (reason) => node.fail(reason));
  logger.log("info", "the follower is up", {
    rpcPort: node.rpcPort ?? 0,
    ...(node.visualizerPort === undefined ? {} : { visualizerPort: node.visualizerPort }),
    peer: `${node.kairos.p2p.peerId}@${config.p2p.listenAddr.host}:${node.kairos.p2p.port ?? 0}`,
    genesis: node.kairos.chain.genesisHash.slice(0, 16),
    height: node.finalizedHeight,
  });
  const columns = process.stderr.isTTY ? process.stderr.columns : undefined;
  const output = json ? process.stdout : process.stderr;
  const hide = showProgress(node, { json, columns, write: (text) => void output.write(text) });
  reporter?.start(node.rpcPort ?? 0, () => node.kairos.numbers());
  const code = await ended.promise;
  hide();
  reporter?.stop();
  exitAfter(STOP_MS + EXIT_MS, code === 0 ? 1 : code);
  await node.shutdown(STOP_MS).catch((error: unknown) => {
    if (code === 0) throw error;
  });
  logger.log("info", "the follower has stopped", { code });
  release();
  return code;
}

function errorStreamLogger({ logging: { level, format } }: Config): Logger {
  return createLogger({ level, format, stream: { write: (line) => void process.stderr.write(line) } });
}

function sendToParent(message: NodeMessage): void {
  // The parent may have gone in this very moment; the disconnect event ends this process then.
  const send = process.send;
  if (process.connected && send !== undefined) send.call(process, message, () => undefined);
}
