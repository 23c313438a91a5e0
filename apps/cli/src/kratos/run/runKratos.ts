import { UserError } from "../../errors.ts";
import { endWithin } from "../../library/endWithin.ts";
import { exitAfter } from "../../run/exitAfter.ts";
import { exitCodeOf } from "../../run/exitCodeOf.ts";
import { whenParentGone } from "../../run/whenParentGone.ts";
import type { LevelLogger } from "../../telemetry/logger.ts";
import type { KratosRunOptions } from "../node/runOptions.ts";
import { startKratos } from "../node/startKratos.ts";
import { asNodeError } from "./asNodeError.ts";

/** SIGINT and SIGTERM end the process within ten seconds; the rest is for the last lines. */
const STOP_MS = 9_000;
const EXIT_MS = 500;

/**
 * Runs a node until SIGINT or SIGTERM.
 * @returns the exit code: 0 normal, 1 failure, 75 storage full or failing
 * @throws UserError with its exit code for what a person must correct first
 */
export async function runKratos(options: KratosRunOptions, logger: LevelLogger): Promise<number> {
  const ended = Promise.withResolvers<number>();
  const joining = new AbortController();
  const end = (code: number): void => {
    ended.resolve(code);
    joining.abort();
    // Whatever still holds the process after this has lost its right to, be it a start that hangs.
    exitAfter(STOP_MS + EXIT_MS, code === 0 ? 1 : code);
  };
  const onFailure = (error: unknown): void => {
    logger.log("error", "the node cannot go on", { reason: error instanceof Error ? error.message : String(error) });
    end(exitCodeOf(error));
  };
  const stop = (): void => end(0);
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  // Whoever started the node as a child and dies must not leave it behind.
  const release = whenParentGone(stop);
  // The storage engine rejects a failed commit twice more outside the awaited promise: stop, do not crash.
  process.on("unhandledRejection", onFailure);
  let node: Awaited<ReturnType<typeof startKratos>>;
  try {
    node = await startKratos(options, { logger, signal: joining.signal, onFailure });
  } catch (error) {
    if (error instanceof UserError && error.code === "STOPPED") return await ended.promise;
    return asNodeError(error);
  }
  logger.log("info", "the node is up", {
    ...{ name: options.name, chain: options.chainName, genesis: `0x${node.genesisHash}`, peerId: node.peerId },
    ...(node.rpcPort === undefined ? {} : { rpcPort: node.rpcPort }),
    ...(options.validator === undefined ? {} : { validator: `0x${options.validator.account}` }),
  });
  if (process.connected) process.send?.({ kind: "ready", rpcPort: node.rpcPort ?? 0 });
  const code = await ended.promise;
  await endWithin(STOP_MS, node.close(), () => node.unfinished).catch((error: unknown) => {
    if (code === 0) throw error;
  });
  logger.log("info", "the node has stopped", { code });
  release();
  return code;
}
