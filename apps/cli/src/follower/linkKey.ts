import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Config } from "../config/schema.ts";
import { generateIdentity } from "../keys/identity.ts";
import { readKeyFile, writeKeyFile } from "../keys/keyFile.ts";
import { readPassword } from "../keys/password.ts";
import type { LinkIdentity } from "../node/role.ts";

/**
 * The key of a follower on its peer links: of the configured file, else of one in the data folder, made when it is missing.
 * It stands for nothing but the follower's address book entry at its peers, so a lost one costs nothing.
 * @param passwordVariable of an encrypted file, unless `identity.password_file` names a file
 * @throws UserError for a file that cannot be read, or is missing while `identity.generate_if_missing` is false
 */
export function loadLinkKey({ identity, storage }: Config, passwordVariable?: string): LinkIdentity {
  const path = identity.ed25519SecretKeyPath ?? join(storage.path, "p2p.key");
  const password = readPassword(identity.passwordFile, passwordVariable);
  if (!existsSync(path) && identity.generateIfMissing !== false) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeKeyFile(path, generateIdentity().ed25519, password);
  }
  const { allowInsecurePermissions } = identity;
  return { ed25519: readKeyFile(path, "ed25519", { password, allowInsecurePermissions }) };
}
