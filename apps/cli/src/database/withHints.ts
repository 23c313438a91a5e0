import { UserError } from "../errors.ts";
import { exitCodeOf } from "../run/exitCodeOf.ts";

/**
 * Runs a command; errors of other packages that have a hint become a person's mistakes, so that the program prints it.
 * @throws UserError, or what is no person's mistake as it is
 */
export async function withHints<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof UserError || !(error instanceof Error) || !("hint" in error)) throw error;
    const code = "code" in error ? String(error.code) : "FAILED";
    throw new UserError(code, error.message, String(error.hint), { cause: error, exitCode: exitCodeOf(error) });
  }
}
