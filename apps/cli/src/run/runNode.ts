import type { Config } from "../config/schema.ts";
import { openIdentity } from "../keys/identity.ts";
import { ValidatorNode } from "../library/validatorNode.ts";
import type { NodeMessage } from "../localnet/nodeReport.ts";
import { asUserError } from "./asUserError.ts";
import { exitAfter } from "./exitAfter.ts";
import { exitCodeOf } from "./exitCodeOf.ts";
import { createNodeLogger } from "./nodeLogger.ts";
import { Reporter } from "./reporter.ts";
import { whenParentGone } from "./whenParentGone.ts";

export interface RunOptions {
  readonly config: Config;
  /** The operator accepts that this key may have signed before (kairos R27). */
  readonly acceptJournalLoss: boolean;
  readonly clientVersion: string;
}

/** SIGINT and SIGTERM end the process within ten seconds (kairos 18.3); the rest is for the last lines. */
const STOP_MS = 9_000;
const EXIT_MS = 500;

/**
 * Runs a validator until SIGINT or SIGTERM.
 * @returns the exit code: 0 normal, 1 failure, 75 storage full or failing
 * @throws UserError with its exit code for what a person must correct first
 */
export async function runNode({ config, acceptJournalLoss, clientVersion }: RunOptions): Promise<number> {
  const logger = createNodeLogger(config);
  const identity = await openIdentity(config, process.env.KAIROS_KEY_PASSWORD);
  const reporter = process.send === undefined ? undefined : new Reporter(sendToParent);
  const ended = Promise.withResolvers<number>();
  const end = (code: number): void => {
    ended.resolve(code);
    // Whatever still holds the process after this has lost its right to, be it a start that hangs.
    exitAfter(STOP_MS + EXIT_MS, code === 0 ? 1 : code);
  };
  const stopSignal = (): void => end(0);
  process.on("SIGINT", stopSignal);
  process.on("SIGTERM", stopSignal);
  // With a log file, a hang-up is what logrotate sends; without one it ends the program, as a closed terminal should.
  if (logger.reopen !== undefined) process.on("SIGHUP", logger.reopen);
  const release = whenParentGone(stopSignal);
  const node = await ValidatorNode.fromConfig(config, identity, logger, {
    acceptJournalLoss,
    clientVersion,
    onObservation: (observation) => reporter?.onObservation(observation),
  }).catch(asUserError);
  node.on("error", (error) => end(exitCodeOf(error)));
  node.on("shutdown", stopSignal);
  if (node.failure !== undefined) end(exitCodeOf(node.failure));
  // The storage engine rejects a failed commit twice more outside the awaited promise (testing 1): stop, do not crash.
  process.on("unhandledRejection", (reason) => node.fail(reason));
  const { kairos } = node;
  logger.log("info", "the node is up", {
    rpcPort: node.rpcPort ?? 0,
    ...(node.visualizerPort === undefined ? {} : { visualizerPort: node.visualizerPort }),
    ...(kairos === undefined ? {} : { genesis: kairos.chain.genesisHash.slice(0, 16) }),
  });
  if (kairos?.chain.restored.journal === "lost") {
    logger.log("warn", "this key has no journal here: it follows until it knows a view above its old votes (R27)");
  }
  if (kairos !== undefined) reporter?.start(node.rpcPort ?? 0, () => kairos.numbers());
  const code = await ended.promise;
  reporter?.stop();
  await node.shutdown(STOP_MS).catch((error: unknown) => {
    if (code === 0) throw error;
  });
  logger.log("info", "the node has stopped", { code });
  release();
  return code;
}

function sendToParent(message: NodeMessage): void {
  // The parent may have gone in this very moment; the disconnect event ends this process then.
  const send = process.send;
  if (process.connected && send !== undefined) send.call(process, message, () => undefined);
}
