import { argon2Sync } from "node:crypto";

/** What a guess of the password costs: Argon2id, version 19 (RFC 9106). Stored with the file, so that it may be raised. */
export interface KdfCost {
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
}

/** The cost of kratos-core 14.1, which is also the least that is accepted. */
export const usualCost: KdfCost = { memoryKib: 19_456, passes: 2, lanes: 1 };
/** More than this is no wallet of a person: opening it would take minutes and the memory of the machine. */
export const maxCost: KdfCost = { memoryKib: 4_194_304, passes: 64, lanes: 16 };

/** Bytes of a salt. */
export const SALT_BYTES = 16;

/** True for a cost between the usual one and the most. */
export function isGoodCost({ memoryKib, passes, lanes }: KdfCost): boolean {
  const within = (value: number, min: number, max: number) => Number.isInteger(value) && value >= min && value <= max;
  return (
    within(memoryKib, usualCost.memoryKib, maxCost.memoryKib) &&
    within(passes, usualCost.passes, maxCost.passes) &&
    within(lanes, usualCost.lanes, maxCost.lanes)
  );
}

/**
 * The key of a password, 32 bytes. Passwords that look the same are the same: they are brought to the form NFKC first.
 * @param salt 16 bytes
 */
export function deriveKey(password: string, salt: Uint8Array, { memoryKib, passes, lanes }: KdfCost): Uint8Array {
  const message = Buffer.from(password.normalize("NFKC"), "utf8");
  const key = argon2Sync("argon2id", {
    ...{ message, nonce: salt, parallelism: lanes, tagLength: 32, memory: memoryKib, passes },
  });
  message.fill(0);
  return key;
}
