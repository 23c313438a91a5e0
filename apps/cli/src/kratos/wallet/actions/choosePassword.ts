import { UserError } from "../../../errors.ts";
import { walletError } from "../errors.ts";
import type { WalletIo } from "../io.ts";

/** Characters of a password (kratos-core 14.1). */
const MIN_LENGTH = 12;

/**
 * A new password: given, or asked for twice.
 * @throws UserError PASSWORD_SHORT, PASSWORD_DIFFERS, PASSWORD_NEEDED
 */
export async function choosePassword({ prompts, note }: WalletIo, given: string | undefined): Promise<string> {
  if (given !== undefined) return checkLength(given);
  if (prompts === undefined) {
    const hint = "put it into the first line of a file and name that with --password-file";
    throw walletError("input", "PASSWORD_NEEDED", "a wallet needs a password", hint);
  }
  for (let left = 2; ; left--) {
    try {
      const password = checkLength(await prompts.password(`New password, at least ${MIN_LENGTH} characters:`));
      if ((await prompts.password("The same password again:")) === password) return password;
      throw walletError("input", "PASSWORD_DIFFERS", "the two passwords differ", "type the same one twice");
    } catch (error) {
      if (!(error instanceof UserError) || left === 0) throw error;
      note(error.message);
    }
  }
}

function checkLength(password: string): string {
  if ([...password.normalize("NFKC")].length >= MIN_LENGTH) return password;
  const hint = "it is all that protects the key when the file is copied: a few words are easy to remember";
  throw walletError("input", "PASSWORD_SHORT", `a password has at least ${MIN_LENGTH} characters`, hint);
}
