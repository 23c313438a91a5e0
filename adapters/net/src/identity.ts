import { createPrivateKey, createPublicKey, type KeyObject, sign, type X509Certificate } from "node:crypto";
import { BIT_STRING, der, EXPLICIT_0, GENERALIZED_TIME, INTEGER, SEQUENCE, SET, UTC_TIME, UTF8_STRING } from "./der.ts";

/** What a node shows in TLS, and its name among peers. */
export interface TlsIdentity {
  /** The Ed25519 public key, 64 lower-case hex characters: the peer id (kairos N1). */
  readonly peerId: string;
  readonly keyPem: string;
  readonly certificatePem: string;
}

// RFC 8410: PKCS #8 of an Ed25519 seed, and SubjectPublicKeyInfo of an Ed25519 key, up to the 32 key bytes.
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
const ED25519 = der(SEQUENCE, Buffer.from("06032b6570", "hex"));
const COMMON_NAME = Buffer.from("0603550403", "hex");

/**
 * Makes a self-signed X.509 certificate (RFC 5280, RFC 8410) around an Ed25519 key, in memory. Only its public key
 * counts; the same key always gives the same bytes.
 * @param secretKey 32 bytes, the Ed25519 seed.
 */
export function makeTlsIdentity(secretKey: Uint8Array): TlsIdentity {
  if (secretKey.length !== 32) throw new RangeError("an Ed25519 secret key has 32 bytes");
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, secretKey]), format: "der", type: "pkcs8" });
  const spki = createPublicKey(key).export({ format: "der", type: "spki" });
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, Buffer.from("polis")))));
  const validity = der(
    SEQUENCE,
    der(UTC_TIME, Buffer.from("700101000000Z")),
    // RFC 5280 §4.1.2.5: this time stands for "no expiration".
    der(GENERALIZED_TIME, Buffer.from("99991231235959Z")),
  );
  const version3 = der(EXPLICIT_0, der(INTEGER, Buffer.of(2)));
  const body = der(SEQUENCE, version3, der(INTEGER, Buffer.of(1)), ED25519, name, validity, name, spki);
  const signature = der(BIT_STRING, Buffer.of(0), sign(null, body, key));
  const certificate = der(SEQUENCE, body, ED25519, signature);
  return {
    peerId: spki.subarray(-32).toString("hex"),
    keyPem: key.export({ format: "pem", type: "pkcs8" }).toString(),
    certificatePem: `-----BEGIN CERTIFICATE-----\n${certificate.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`,
  };
}

/**
 * Reads the peer id out of the certificate of a TLS handshake. TLS 1.3 has already proved that the peer holds the key.
 * @returns undefined when there is no certificate or its key is not Ed25519.
 */
export function peerIdOf(certificate: X509Certificate | undefined): string | undefined {
  let key: KeyObject;
  try {
    if (certificate === undefined) return undefined;
    key = certificate.publicKey;
  } catch {
    // OpenSSL refuses some keys it could still transport; such a peer has no identity here.
    return undefined;
  }
  if (key.asymmetricKeyType !== "ed25519") return undefined;
  const spki = key.export({ format: "der", type: "spki" });
  const prefix = spki.subarray(0, SPKI_PREFIX.length);
  return spki.length === 44 && prefix.equals(SPKI_PREFIX) ? spki.subarray(12).toString("hex") : undefined;
}
