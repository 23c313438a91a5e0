import { ed25519 as curve } from "@noble/curves/ed25519.js";
import { bytesToBigInt, concatBytes, equalBytes } from "@polis/codec";
import type { Vrf, VrfOutput } from "../primitives/types.ts";
import { sha512 } from "./hashes.ts";

const { Point } = curve;
type P = InstanceType<typeof Point>;
const order = Point.Fn.ORDER;
const suite = Uint8Array.of(3);
const zero = Uint8Array.of(0);

/** The verifiable random function in JavaScript, milliseconds a call; it decides where the native one has no answer. */
export const vrf: Vrf = { prove, verify };

function prove(secret: Uint8Array, input: Uint8Array): VrfOutput {
  if (secret.length !== 32) throw new RangeError("an Ed25519 seed has 32 bytes");
  const hashed = sha512(secret);
  const x = clampedScalar(hashed.subarray(0, 32));
  const publicKey = Point.BASE.multiply(x);
  const h = hashToCurve(publicKey.toBytes(), input);
  const gamma = h.multiply(x);
  const k = littleEndian(sha512(concatBytes(hashed.subarray(32), h.toBytes()))) % order;
  // k is zero with a chance of 2^-252; the multiplication would then throw.
  const c = challenge([publicKey, h, gamma, Point.BASE.multiply(k), h.multiply(k)]);
  const s = (k + littleEndian(c) * x) % order;
  return { proof: concatBytes(gamma.toBytes(), c, toLittleEndian(s, 32)), output: outputOf(gamma) };
}

function verify(publicKey: Uint8Array, input: Uint8Array, proof: Uint8Array): Uint8Array | undefined {
  if (proof.length !== 80) return undefined;
  const y = parsePoint(publicKey);
  const gamma = parsePoint(proof.subarray(0, 32));
  const c = proof.subarray(32, 48);
  const s = littleEndian(proof.subarray(48));
  if (y === undefined || gamma === undefined || y.isSmallOrder() || s >= order) return undefined;
  const h = hashToCurve(publicKey, input);
  const factor = littleEndian(c);
  const u = Point.BASE.multiplyUnsafe(s).subtract(y.multiplyUnsafe(factor));
  const v = h.multiplyUnsafe(s).subtract(gamma.multiplyUnsafe(factor));
  return equalBytes(c, challenge([y, h, gamma, u, v])) ? outputOf(gamma) : undefined;
}

/** Try and increment (RFC 9381, 5.4.1.1): half of the tries are points, so 256 tries fail with a chance of 2^-256. */
function hashToCurve(publicKey: Uint8Array, input: Uint8Array): P {
  for (let counter = 0; counter < 256; counter++) {
    const text = concatBytes(suite, Uint8Array.of(1), publicKey, input, Uint8Array.of(counter), zero);
    const point = parsePoint(sha512(text).subarray(0, 32))?.clearCofactor();
    if (point !== undefined && !point.is0()) return point;
  }
  throw new RangeError("no point for this input");
}

/** 16 bytes that bind all points (RFC 9381, 5.4.3). */
function challenge(points: readonly P[]): Uint8Array {
  const encoded = points.map((point) => point.toBytes());
  return sha512(concatBytes(suite, Uint8Array.of(2), ...encoded, zero)).slice(0, 16);
}

/** RFC 9381, 5.2. */
function outputOf(gamma: P): Uint8Array {
  return sha512(concatBytes(suite, Uint8Array.of(3), gamma.clearCofactor().toBytes(), zero));
}

function parsePoint(bytes: Uint8Array): P | undefined {
  if (bytes.length !== 32) return undefined;
  try {
    return Point.fromBytes(bytes, false);
  } catch {
    return undefined;
  }
}

/** The secret scalar of an Ed25519 key (RFC 8032, 5.1.5), reduced: B and H have prime order. */
function clampedScalar(bytes: Uint8Array): bigint {
  const clamped = bytes.slice();
  clamped[0]! &= 0xf8;
  clamped[31] = (clamped[31]! & 0x7f) | 0x40;
  return littleEndian(clamped) % order;
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytesToBigInt(bytes.slice().reverse());
}

function toLittleEndian(value: bigint, length: number): Uint8Array {
  return Uint8Array.fromHex(value.toString(16).padStart(length * 2, "0")).reverse();
}
