import { crc32 } from "node:zlib";
import { StorageError } from "./errors.ts";

/** Bytes the checksum adds to every stored value. */
export const CHECKSUM_BYTES = 4;

/** The start value of a table's checksums, so that a row that strays into another table is noticed. */
export function tableSeed(table: string): number {
  return crc32(table);
}

/**
 * Writes value ‖ CRC-32(table, key, value) as u32 big-endian at `offset`. LMDB has no checksums of its own, and a
 * corrupted database must be noticed, never served (testing R9). The key is covered too: a damaged key would
 * otherwise deliver a right value under a wrong name.
 * @returns the view of the sealed value inside `arena`.
 */
export function seal(arena: Buffer, offset: number, seed: number, key: Uint8Array, value: Uint8Array): Buffer {
  arena.set(value, offset);
  arena.writeUInt32BE(crc32(value, crc32(key, seed)), offset + value.length);
  return arena.subarray(offset, offset + value.length + CHECKSUM_BYTES);
}

/** @returns true when `stored` ends with the right checksum. */
export function isSealed(stored: Buffer, seed: number, key: Uint8Array): boolean {
  const end = stored.length - CHECKSUM_BYTES;
  return end >= 0 && crc32(stored.subarray(0, end), crc32(key, seed)) === stored.readUInt32BE(end);
}

/**
 * Takes the checksum off.
 * @throws StorageError STORAGE_CORRUPT when it is wrong.
 */
export function unseal(stored: Buffer, table: string, seed: number, key: Uint8Array): Uint8Array {
  if (!isSealed(stored, seed, key)) {
    const name = Buffer.from(key.buffer, key.byteOffset, Math.min(key.length, 40)).toString("hex");
    throw new StorageError("STORAGE_CORRUPT", `table ${table}, key 0x${name}: the checksum is wrong`);
  }
  return stored.subarray(0, stored.length - CHECKSUM_BYTES);
}
