import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Why tests of TLS are skipped; false where they can run. */
export const noOpenssl: string | false =
  spawnSync("openssl", ["version"]).status === 0 ? false : "openssl is not installed";

/**
 * Makes a self-signed certificate for two days.
 * @param folder where the files go
 * @param name the host it is for; `localhost` also stands for 127.0.0.1
 * @returns the paths of both files
 */
export function makeCertificate(folder: string, name = "localhost"): { readonly cert: string; readonly key: string } {
  const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const subject = ["-subj", `/CN=${name}`];
  const others = name === "localhost" ? ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"] : [];
  const made = spawnSync("openssl", ["req", "-x509", ...kind, ...subject, ...others, "-keyout", key, "-out", cert]);
  assert.equal(made.status, 0, made.stderr.toString());
  return { cert, key };
}
