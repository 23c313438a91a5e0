import { UserError } from "../errors.ts";
import { exitCodeOf } from "./exitCodeOf.ts";

const LISTEN_HINT = "stop the other program, or change the address in p2p, jsonrpc, metrics or visualizer";

/**
 * What a person can correct gets a hint and an exit code; the program prints both. Throws always.
 * @param listenHint what to do when an address is taken
 */
export function asUserError(error: unknown, listenHint: string = LISTEN_HINT): never {
  if (error instanceof UserError || !(error instanceof Error)) throw error;
  const code = "code" in error ? String(error.code) : "NODE";
  if (code === "EADDRINUSE" || code === "EACCES" || code === "EADDRNOTAVAIL") {
    throw new UserError("LISTEN", `cannot listen: ${error.message}`, listenHint, { cause: error });
  }
  if (!("hint" in error)) throw error;
  throw new UserError(code, error.message, String(error.hint), { cause: error, exitCode: exitCodeOf(error) });
}
