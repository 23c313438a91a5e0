import {
  aggregatePublicKeys,
  aggregateSignatures,
  aggregateWithRandomness,
  fastAggregateVerify,
  PublicKey,
  SecretKey,
  Signature,
  verify,
} from "@chainsafe/blst";
import type { Bls, BlsPublicKey, BlsSignature } from "../primitives/types.ts";

// The opaque types of the door are the library's objects.
const key = (value: BlsPublicKey) => value as unknown as PublicKey;
const sig = (value: BlsSignature) => value as unknown as Signature;
const opaqueKey = (value: PublicKey) => value as unknown as BlsPublicKey;
const opaqueSig = (value: Signature) => value as unknown as BlsSignature;

/** BLS by blst. The length is checked here because the library also reads uncompressed points. */
export const bls: Bls = {
  keygen: (entropy) => SecretKey.fromKeygen(entropy).toBytes(),
  publicKey: (secret) => secretKey(secret)?.toPublicKey().toBytes(),
  sign: (message, secret) => secretKey(secret)?.sign(message).toBytes(),
  parsePublicKey(bytes) {
    return bytes.length === 48 ? attempt(() => opaqueKey(PublicKey.fromBytes(bytes, true))) : undefined;
  },
  parseSignature(bytes) {
    return bytes.length === 96 ? attempt(() => opaqueSig(Signature.fromBytes(bytes, true, true))) : undefined;
  },
  parseSignatureUnchecked(bytes) {
    // 0xc0 is the head of infinity, which the unchecked form of the library lets pass.
    if (bytes.length !== 96 || (bytes[0]! & 0x40) !== 0) return undefined;
    return attempt(() => opaqueSig(Signature.fromBytes(bytes, false)));
  },
  verify: (message, publicKey, signature) => verify(message, key(publicKey), sig(signature), false, false),
  verifyUnchecked: (message, publicKey, signature) => verify(message, key(publicKey), sig(signature), false, true),
  fastAggregateVerify(message, publicKeys, signature) {
    if (publicKeys.length === 0) return false;
    return fastAggregateVerify(message, publicKeys.map(key), sig(signature), false);
  },
  verifyAll(message, items) {
    if (items.length === 0) return true;
    const sets = items.map(({ publicKey, signature }) => ({ pk: key(publicKey), sig: sig(signature).toBytes() }));
    const combined = attempt(() => aggregateWithRandomness(sets));
    return combined !== undefined && verify(message, combined.pk, combined.sig, false, false);
  },
  addPublicKeys: (keys) => opaqueKey(aggregatePublicKeys(keys.map(key), false)),
  addSignatures: (signatures) => opaqueSig(aggregateSignatures(signatures.map(sig), false)),
  signatureBytes: (signature) => sig(signature).toBytes(),
  publicKeyBytes: (publicKey) => key(publicKey).toBytes(),
};

function secretKey(bytes: Uint8Array): SecretKey | undefined {
  return bytes.length === 32 ? attempt(() => SecretKey.fromBytes(bytes)) : undefined;
}

/** The library throws on malformed points; the door answers undefined. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
