import { readFileSync } from "node:fs";
import type { TlsFiles } from "@polis/rpc";
import { UserError } from "../errors.ts";

/** The TLS keys that every listener's section has. */
export interface TlsKeys {
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
}

/**
 * Reads certificate and key of a listener as PEM texts.
 * @param section its name in the configuration, for messages
 * @returns undefined when the listener speaks plaintext
 * @throws UserError for a file that cannot be read
 * @example tlsOf("rpc", config.rpc)
 */
export function tlsOf(section: string, { tlsCert, tlsKey }: TlsKeys): TlsFiles | undefined {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  const read = (name: string, path: string) => {
    try {
      return readFileSync(path, "utf8");
    } catch (cause) {
      const hint = "check the path and its permissions";
      throw new UserError("TLS_FILE", `cannot read ${section}.${name} = ${path}`, hint, { cause });
    }
  };
  return { cert: read("tls_cert", tlsCert), key: read("tls_key", tlsKey) };
}
