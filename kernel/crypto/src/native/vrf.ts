import { bytesToBigInt, concatBytes, equalBytes } from "@polis/codec";
import {
  crypto_core_ed25519_add,
  crypto_core_ed25519_scalar_reduce,
  crypto_core_ed25519_sub,
  crypto_scalarmult_ed25519_base_noclamp,
  crypto_scalarmult_ed25519_noclamp,
  crypto_sign_seed_keypair,
} from "sodium-native";
import { vrf as portable } from "../portable/vrf.ts";
import type { Vrf, VrfOutput } from "../primitives/types.ts";
import { sha512 } from "./hashes.ts";

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const FIELD = littleEndianBytes(2n ** 255n - 19n);
const IDENTITY = littleEndianBytes(1n);
const suite = Uint8Array.of(3);
const zero = Uint8Array.of(0);

/**
 * The verifiable random function by the points and scalars of libsodium. That library refuses what RFC 9381 allows: points
 * outside of the subgroup of prime order, the neutral element, the scalar zero. Its refusal therefore decides nothing; the
 * portable function is asked then, so that both providers give one answer.
 */
export const vrf: Vrf = {
  prove(secret, input) {
    if (secret.length !== 32) throw new RangeError("an Ed25519 seed has 32 bytes");
    return orElse(
      () => prove(secret, input),
      () => portable.prove(secret, input),
    );
  },
  verify(publicKey, input, proof) {
    if (publicKey.length !== 32 || proof.length !== 80) return undefined;
    return orElse(
      () => verify(publicKey, input, proof),
      () => portable.verify(publicKey, input, proof),
    );
  },
};

/** libsodium throws where it refuses. */
function orElse<T>(native: () => T, fallback: () => T): T {
  try {
    return native();
  } catch {
    return fallback();
  }
}

function prove(secret: Uint8Array, input: Uint8Array): VrfOutput {
  const publicKey = new Uint8Array(32);
  crypto_sign_seed_keypair(publicKey, new Uint8Array(64), secret);
  const hashed = sha512(secret);
  const x = hashed.slice(0, 32);
  x[0]! &= 0xf8;
  x[31] = (x[31]! & 0x7f) | 0x40;
  const h = hashToCurve(publicKey, input);
  const gamma = times(x, h);
  const k = new Uint8Array(32);
  crypto_core_ed25519_scalar_reduce(k, sha512(concatBytes(hashed.subarray(32), h)));
  const c = challenge(publicKey, h, gamma, timesBase(k), times(k, h));
  const s = littleEndianBytes((littleEndian(k) + littleEndian(c) * littleEndian(x)) % ORDER);
  return { proof: concatBytes(gamma, c, s), output: outputOf(gamma) };
}

function verify(publicKey: Uint8Array, input: Uint8Array, proof: Uint8Array): Uint8Array | undefined {
  const gamma = proof.subarray(0, 32);
  const c = proof.subarray(32, 48);
  const s = proof.subarray(48);
  if (littleEndian(s) >= ORDER || !isCanonical(publicKey) || !isCanonical(gamma)) return undefined;
  const factor = new Uint8Array(32);
  factor.set(c);
  // Both multiplications refuse a point outside of the subgroup, so that key and gamma are judged here.
  const right = times(factor, publicKey);
  const rightOfGamma = times(factor, gamma);
  const h = hashToCurve(publicKey, input);
  const u = minus(timesBase(s), right);
  const v = minus(times(s, h), rightOfGamma);
  return equalBytes(c, challenge(publicKey, h, gamma, u, v)) ? outputOf(gamma) : undefined;
}

/** Try and increment (RFC 9381, 5.4.1.1): half of the tries are points. */
function hashToCurve(publicKey: Uint8Array, input: Uint8Array): Uint8Array {
  const text = concatBytes(suite, Uint8Array.of(1), publicKey, input, zero, zero);
  for (let counter = 0; counter < 256; counter++) {
    text[text.length - 2] = counter;
    const point = clearCofactorOf(sha512(text).slice(0, 32));
    if (point !== undefined && !equalBytes(point, IDENTITY)) return point;
  }
  throw new RangeError("no point for this input");
}

/** Eight times the point of these bytes; undefined when they are none. */
function clearCofactorOf(bytes: Uint8Array): Uint8Array | undefined {
  if (!isCanonical(bytes)) return undefined;
  // A throw is the answer "no point", which half of all hashes are.
  try {
    return clearCofactor(bytes);
  } catch {
    return undefined;
  }
}

function clearCofactor(point: Uint8Array): Uint8Array {
  const product = new Uint8Array(32);
  crypto_core_ed25519_add(product, point, point);
  crypto_core_ed25519_add(product, product, product);
  crypto_core_ed25519_add(product, product, product);
  return product;
}

/** 16 bytes that bind all points (RFC 9381, 5.4.3). */
function challenge(...points: readonly Uint8Array[]): Uint8Array {
  return sha512(concatBytes(suite, Uint8Array.of(2), ...points, zero)).slice(0, 16);
}

/** RFC 9381, 5.2. */
function outputOf(gamma: Uint8Array): Uint8Array {
  return sha512(concatBytes(suite, Uint8Array.of(3), clearCofactor(gamma), zero));
}

function times(scalar: Uint8Array, point: Uint8Array): Uint8Array {
  const product = new Uint8Array(32);
  crypto_scalarmult_ed25519_noclamp(product, scalar, point);
  return product;
}

function timesBase(scalar: Uint8Array): Uint8Array {
  const product = new Uint8Array(32);
  crypto_scalarmult_ed25519_base_noclamp(product, scalar);
  return product;
}

function minus(a: Uint8Array, b: Uint8Array): Uint8Array {
  const difference = new Uint8Array(32);
  crypto_core_ed25519_sub(difference, a, b);
  return difference;
}

/** The y of a point below the field's size (RFC 8032, 5.1.3): libsodium reduces a larger one where it adds. */
function isCanonical(point: Uint8Array): boolean {
  if ((point[31]! & 0x7f) !== 0x7f) return true;
  for (let i = 30; i > 0; i--) {
    if (point[i] !== 0xff) return true;
  }
  return point[0]! < FIELD[0]!;
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytesToBigInt(bytes.slice().reverse());
}

function littleEndianBytes(value: bigint): Uint8Array {
  return Uint8Array.fromHex(value.toString(16).padStart(64, "0")).reverse();
}
