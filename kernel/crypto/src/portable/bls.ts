import { bls12_381 } from "@noble/curves/bls12-381.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { asciiBytes, bigIntToBytes, bytesToBigInt, concatBytes } from "@polis/codec";
import { blsSignatureDst } from "../primitives/blsSuites.ts";
import { isScalar } from "../primitives/ecdsa.ts";
import type { Bls, BlsPublicKey, BlsSignature } from "../primitives/types.ts";

const G1 = bls12_381.G1.Point;
const G2 = bls12_381.G2.Point;
const { longSignatures } = bls12_381;
const order = G1.Fn.ORDER;
type G1Point = InstanceType<typeof G1>;
type G2Point = InstanceType<typeof G2>;

// The opaque types of the door are the library's objects.
const key = (value: BlsPublicKey) => value as unknown as G1Point;
const sig = (value: BlsSignature) => value as unknown as G2Point;

/** BLS in JavaScript: a verification takes some twenty times as long as the native one. */
export const bls: Bls = {
  keygen,
  publicKey(secret) {
    if (secret.length !== 32 || !isScalar(secret, order)) return undefined;
    return longSignatures.getPublicKey(secret).toBytes(true);
  },
  sign(message, secret) {
    if (secret.length !== 32 || !isScalar(secret, order)) return undefined;
    return longSignatures.sign(longSignatures.hash(message, blsSignatureDst), secret).toBytes(true);
  },
  parsePublicKey: (bytes) => parse(bytes, 48, () => G1.fromBytes(bytes)) as BlsPublicKey | undefined,
  parseSignature: (bytes) => parse(bytes, 96, () => G2.fromBytes(bytes)) as BlsSignature | undefined,
  // The library checks the subgroup while parsing; a point outside it is found here instead of in the sum.
  parseSignatureUnchecked: (bytes) => bls.parseSignature(bytes),
  verify,
  verifyUnchecked: verify,
  fastAggregateVerify(message, publicKeys, signature) {
    return publicKeys.length > 0 && verify(message, bls.addPublicKeys(publicKeys), signature);
  },
  verifyAll: (message, items) => items.every((item) => verify(message, item.publicKey, item.signature)),
  addPublicKeys: (keys) => keys.map(key).reduce((sum, one) => sum.add(one)) as unknown as BlsPublicKey,
  addSignatures: (signatures) => signatures.map(sig).reduce((sum, one) => sum.add(one)) as unknown as BlsSignature,
  signatureBytes: (signature) => sig(signature).toBytes(true),
  publicKeyBytes: (publicKey) => key(publicKey).toBytes(true),
};

function verify(message: Uint8Array, publicKey: BlsPublicKey, signature: BlsSignature): boolean {
  if (key(publicKey).is0() || sig(signature).is0()) return false;
  return longSignatures.verify(sig(signature), longSignatures.hash(message, blsSignatureDst), key(publicKey));
}

/** Compressed form only, in the subgroup, not infinity. */
function parse(bytes: Uint8Array, length: number, read: () => G1Point | G2Point): unknown {
  if (bytes.length !== length || (bytes[0]! & 0x80) === 0) return undefined;
  try {
    const point = read();
    if (point.is0()) return undefined;
    point.assertValidity();
    return point;
  } catch {
    return undefined;
  }
}

/** KeyGen of the BLS signature draft, section 2.3: HKDF over the entropy until the scalar is not zero. */
function keygen(entropy: Uint8Array): Uint8Array {
  if (entropy.length < 32) throw new RangeError("a BLS key needs at least 32 bytes of entropy");
  let salt = asciiBytes("BLS-SIG-KEYGEN-SALT-");
  for (;;) {
    salt = sha256(salt);
    const extracted = extract(sha256, concatBytes(entropy, Uint8Array.of(0)), salt);
    const scalar = bytesToBigInt(expand(sha256, extracted, Uint8Array.of(0, 48), 48)) % order;
    if (scalar !== 0n) return bigIntToBytes(scalar, 32);
  }
}
