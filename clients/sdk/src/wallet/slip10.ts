import { asciiBytes, bigIntToBytes, bytesToBigInt, concatBytes, writeU32 } from "@polis/codec";
import { p256, sha512 } from "@polis/crypto";
import { SdkError } from "../errors/sdkError.ts";

const hardened = 0x8000_0000;
/** Order of the group of P-256. */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const curveNames = { ed25519: "ed25519 seed", p256: "Nist256p1 seed" } as const;

/**
 * Derives a key by SLIP-10, the extension of BIP-32 to Ed25519 and P-256.
 * @param seed 16 to 64 bytes
 * @param steps indexes, 2^31 added to hardened ones; Ed25519 has hardened ones alone
 * @returns the 32-byte secret
 * @throws SdkError MNEMONIC for a step that the curve does not have
 * @example deriveSlip10("ed25519", new Uint8Array(16), [0x8000_0000]).length; // => 32
 */
export function deriveSlip10(kind: "ed25519" | "p256", seed: Uint8Array, steps: readonly number[]): Uint8Array {
  let node = hmacSha512(asciiBytes(curveNames[kind]), seed);
  while (kind === "p256" && !isScalar(bytesToBigInt(node.subarray(0, 32)))) {
    node = hmacSha512(asciiBytes(curveNames[kind]), node);
  }
  for (const step of steps) {
    if (kind === "ed25519" && step < hardened) {
      throw new SdkError("MNEMONIC", "Ed25519 has no unhardened steps", "write every step of the path with a '");
    }
    node = kind === "ed25519" ? hmacSha512(node.subarray(32), childData(0, node, step)) : childOfP256(node, step);
  }
  return node.slice(0, 32);
}

/** 0 ‖ secret ‖ index for hardened steps. */
function childData(prefix: number, node: Uint8Array, step: number): Uint8Array {
  const data = new Uint8Array(37);
  data[0] = prefix;
  data.set(node.subarray(0, 32), 1);
  writeU32(data, 33, step);
  return data;
}

function childOfP256(parent: Uint8Array, step: number): Uint8Array {
  const secret = bytesToBigInt(parent.subarray(0, 32));
  const chain = parent.subarray(32);
  let data = step >= hardened ? childData(0, parent, step) : childData(...compressed(parent), step);
  for (;;) {
    const made = hmacSha512(chain, data);
    const left = bytesToBigInt(made.subarray(0, 32));
    const child = (left + secret) % order;
    if (left < order && child !== 0n) return concatBytes(bigIntToBytes(child, 32), made.subarray(32));
    data = childData(1, made.slice(32), step);
  }
}

/** The compressed public key as childData takes it: the prefix and x. */
function compressed(parent: Uint8Array): readonly [number, Uint8Array] {
  const key = p256.publicKey(parent.slice(0, 32));
  if (key === undefined) throw new Error("every derived secret is in 1..n-1");
  return [2 + (key[63]! & 1), key];
}

function isScalar(value: bigint): boolean {
  return value > 0n && value < order;
}

/** HMAC (RFC 2104) with SHA-512. */
export function hmacSha512(key: Uint8Array, data: Uint8Array): Uint8Array {
  const block = new Uint8Array(128);
  block.set(key.length > 128 ? sha512(key) : key);
  const inner = sha512(
    concatBytes(
      block.map((byte) => byte ^ 0x36),
      data,
    ),
  );
  return sha512(
    concatBytes(
      block.map((byte) => byte ^ 0x5c),
      inner,
    ),
  );
}
