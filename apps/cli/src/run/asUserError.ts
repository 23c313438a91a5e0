import { UserError } from "../errors.ts";
import { exitCodeOf } from "./exitCodeOf.ts";

/** What a person can correct gets a hint and an exit code; the program prints both. Throws always. */
export function asUserError(error: unknown): never {
  if (error instanceof UserError || !(error instanceof Error)) throw error;
  const code = "code" in error ? String(error.code) : "NODE";
  if (code === "EADDRINUSE" || code === "EACCES" || code === "EADDRNOTAVAIL") {
    const hint = "stop the other program, or change the address in p2p, jsonrpc, metrics or visualizer";
    throw new UserError("LISTEN", `cannot listen: ${error.message}`, hint, { cause: error });
  }
  if (!("hint" in error)) throw error;
  throw new UserError(code, error.message, String(error.hint), { cause: error, exitCode: exitCodeOf(error) });
}
