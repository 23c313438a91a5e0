import { type Digest, digest } from "@polis/codec";
import { type AccountId, systemAccounts } from "@polis/kratos";
import { walletError } from "../errors.ts";

const P = 2n ** 255n - 19n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const SIGN = 1n << 255n;
const HASH = /^(?:0x)?([0-9a-fA-F]{64})$/;

/**
 * Reads an address: 64 hex characters, with or without 0x (kratos-core 14.4). Addresses have no checksum; half of all typing
 * mistakes are found because they are no point of the curve, so that nobody can have the key.
 * @throws UserError ADDRESS
 */
export function parseAddress(text: string): AccountId {
  const hex = HASH.exec(text.trim())?.[1]?.toLowerCase();
  if (hex === undefined) {
    const hint = "an address has 64 characters from 0-9 and a-f, with or without 0x before them";
    throw walletError("input", "ADDRESS", `${text} is not an address`, hint);
  }
  // The treasury has no key, and may be paid all the same (kratos-core 2.5).
  if (isPoint(hex) || hex === systemAccounts.treasury) return digest(hex);
  const hint = "a character is wrong: copy the address again from whoever gave it to you";
  throw walletError("input", "ADDRESS", `nobody can have the key of ${text}`, hint);
}

/** Reads a hash of 32 bytes. @throws UserError HASH */
export function parseHash(text: string): Digest {
  const hex = HASH.exec(text.trim())?.[1]?.toLowerCase();
  if (hex !== undefined) return digest(hex);
  throw walletError("input", "HASH", `${text} is not a hash`, "a hash has 64 characters from 0-9 and a-f");
}

/** `0x` + 8 + `...` + 8 characters (kratos-core 14.4). */
export function shortAddress(account: string): string {
  return `0x${account.slice(0, 8)}...${account.slice(-8)}`;
}

/** True when 32 bytes encode a point of edwards25519: x² = (y² − 1) / (d y² + 1) has a root (RFC 8032 5.1.3). */
function isPoint(hex: string): boolean {
  const y = littleEndian(hex) & (SIGN - 1n);
  if (y >= P) return false;
  const yy = (y * y) % P;
  const quotient = ((yy + P - 1n) * power((D * yy + 1n) % P, P - 2n)) % P;
  return quotient === 0n || power(quotient, (P - 1n) / 2n) === 1n;
}

function littleEndian(hex: string): bigint {
  return BigInt(`0x${Uint8Array.fromHex(hex).reverse().toHex()}`);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}
