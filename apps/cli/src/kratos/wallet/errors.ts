import { UserError } from "../../errors.ts";

/** Exit codes of `kratos wallet`, besides 0 for done. Scripts tell by them what to do next (kratos-core 14.4). */
export const exitCodes = {
  /** The chain or the node refuses what was asked for. */
  refused: 1,
  /** A word, a file or an amount that cannot be used. */
  input: 2,
  /** No node that can be understood: unreachable, too slow, an HTTP status, a malformed answer. */
  node: 3,
  /** The password does not open the wallet. */
  password: 4,
  /** A file of the wallet is damaged or was changed. */
  tampered: 5,
  /** The node is of another chain than the wallet. */
  otherChain: 6,
  /** Whoever was asked said no. */
  declined: 7,
  /** The transaction is sent, and was not seen in a block, or final: under way, and not to be sent again. */
  waiting: 8,
} as const;

/** An error of the wallet. @param code in capitals, for scripts; its exit code follows `kind` */
export function walletError(
  kind: keyof typeof exitCodes,
  code: string,
  message: string,
  hint: string,
  cause?: unknown,
): UserError {
  return new UserError(code, message, hint, { cause, exitCode: exitCodes[kind] });
}
