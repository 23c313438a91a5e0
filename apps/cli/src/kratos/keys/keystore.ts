import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AccountId } from "@polis/kratos";
import { UserError } from "../../errors.ts";
import { writeKeyFile } from "../../keys/keyFile.ts";
import type { KratosKey } from "./kratosKey.ts";

/** A file of the keystore. */
export interface KeystoreEntry {
  readonly account: AccountId;
  readonly path: string;
}

const NAME = /^([0-9a-f]{64})\.json$/;
const MIN_PASSWORD = 12;

/**
 * Puts a key into the keystore of a data directory, encrypted as kairos K7 describes (kratos-core 15).
 * @param folder `keystore` of the data directory
 * @throws UserError when the account is there already, or for a short password
 */
export function insertKey(folder: string, key: KratosKey, password: string): KeystoreEntry {
  if (password.length < MIN_PASSWORD) {
    const hint = "choose a longer one: it is all that protects the key when the file is copied";
    throw new UserError("KEY_PASSWORD", `a password has at least ${MIN_PASSWORD} characters`, hint, { exitCode: 2 });
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${key.account}.json`);
  const content = { kind: "ed25519", secret: key.secret, publicKey: Uint8Array.fromHex(key.account) } as const;
  writeKeyFile(path, content, password);
  return { account: key.account, path };
}

/** The accounts of a keystore in ascending order. Nothing is decrypted. */
export function listKeys(folder: string): readonly KeystoreEntry[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new UserError("KEYSTORE", `cannot read ${folder}`, "check its permissions", { cause });
  }
  return names
    .filter((name) => NAME.test(name) && readFileSync(join(folder, name), "utf8").startsWith("{"))
    .sort()
    .map((name) => ({ account: NAME.exec(name)![1] as AccountId, path: join(folder, name) }));
}
