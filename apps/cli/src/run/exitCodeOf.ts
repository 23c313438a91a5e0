import { UserError } from "../errors.ts";

/** Exit code of a full or failing disk (kairos 18.3). */
const EXIT_STORAGE = 75;
const STORAGE_CODES = new Set(["STORAGE_FULL", "STORAGE_CORRUPT", "STORAGE_IO", "STORE_CORRUPT"]);

/**
 * What a failure means to whoever started the process.
 * @returns 75 for storage that is full or failing, a person's mistake's own code, else 1
 */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UserError) return error.exitCode;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return STORAGE_CODES.has(code) ? EXIT_STORAGE : 1;
}
