import { UserError } from "../../errors.ts";
import { asUserError } from "../../run/asUserError.ts";

const LISTEN_HINT = "stop the other program, or choose another --port, --rpc-port or --prometheus-port";

/** The store of a KratOs node grows by itself. */
const NO_SUCH_SETTING = " (or raise storage.map_size)";

/**
 * What a person can correct, told in the words of the options of a KratOs node: the store below knows the setting of its folder
 * by the name that it has in the configuration of Kairos. Throws always.
 */
export function asNodeError(error: unknown): never {
  try {
    asUserError(error, LISTEN_HINT);
  } catch (told) {
    if (!(told instanceof UserError)) throw told;
    const { code, message, exitCode } = told;
    const hint = told.hint.replaceAll("storage.path", "--base-path").replace(NO_SUCH_SETTING, "");
    throw new UserError(code, message, hint, { cause: error, exitCode });
  }
}
