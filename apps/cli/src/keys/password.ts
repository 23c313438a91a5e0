import { readFileSync } from "node:fs";
import { UserError } from "../errors.ts";

/**
 * The password of keystores: from a file (its first line) or the environment, never from the command line (kairos K7).
 * @param environment value of KAIROS_KEY_PASSWORD
 */
export function readPassword(file: string | undefined, environment: string | undefined): string | undefined {
  if (file === undefined) return environment === undefined || environment === "" ? undefined : environment;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new UserError("PASSWORD_FILE", `cannot read the password file ${file}`, "check the path", {
      cause,
      exitCode: 2,
    });
  }
  const password = text.split(/\r?\n/, 1)[0]!;
  if (password === "") {
    throw new UserError("PASSWORD_FILE", `the password file ${file} is empty`, "put the password in its first line", {
      exitCode: 2,
    });
  }
  return password;
}
