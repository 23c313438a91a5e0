import { UserError } from "../../errors.ts";
import { asUserError } from "../../run/asUserError.ts";

const LISTEN_HINT = "stop the other program, or choose another --port, --rpc-port or --prometheus-port";

/**
 * What a person can correct, told in the words of the options of a KratOs node: the store below knows the setting of its folder
 * by the name that it has in the configuration of Kairos. Throws always.
 */
export function asNodeError(error: unknown): never {
  try {
    asUserError(error, LISTEN_HINT);
  } catch (told) {
    if (!(told instanceof UserError) || !told.hint.includes("storage.path")) throw told;
    const { code, message, hint, exitCode } = told;
    throw new UserError(code, message, hint.replaceAll("storage.path", "--base-path"), { cause: error, exitCode });
  }
}
