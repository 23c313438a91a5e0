import { z } from "zod";
import { UserError } from "../../errors.ts";

/** Records of a chain file, in their order: one head, then blocks each followed by its certificate if it has one, one end. */
export const recordKind = { head: 1, block: 2, certificate: 3, end: 4 } as const;

/** One record: its kind and its bytes. */
export interface ChainRecord {
  readonly kind: number;
  readonly bytes: Uint8Array;
}

/** Longest record that is read: far above the longest block. */
export const maxRecordBytes: number = 64 << 20;
const headBytes = 5;

const count = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const headSchema = z.strictObject({
  format: z.literal("kairos-chain"),
  version: z.literal(1),
  network: z.string().max(32),
  chainId: count,
  genesisHash: z.string().regex(/^[0-9a-f]{64}$/),
  /** First height in the file. */
  from: count,
  /** Last height; its block has a certificate. */
  to: count,
});

/** What a chain file holds. */
export type ChainHead = z.infer<typeof headSchema>;

/** Kind u8, length u32, bytes. */
export function encodeRecord(kind: number, bytes: Uint8Array): Buffer {
  const out = Buffer.alloc(headBytes + bytes.length);
  out.writeUInt8(kind, 0);
  out.writeUInt32BE(bytes.length, 1);
  out.set(bytes, headBytes);
  return out;
}

/** The bytes of the first record's content. */
export function encodeHead(head: ChainHead): Buffer {
  return Buffer.from(JSON.stringify(head));
}

/**
 * Reads the first record's content.
 * @throws UserError CHAIN_FILE
 */
export function readHead(bytes: Uint8Array): ChainHead {
  try {
    return headSchema.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  } catch (cause) {
    throw chainFileError("its first record is not one of a chain file", cause);
  }
}

/**
 * Cuts a stream into records; memory holds one of them.
 * @throws UserError CHAIN_FILE for a record that is too long or cut off
 */
export async function* readRecords(stream: AsyncIterable<Uint8Array>): AsyncGenerator<ChainRecord> {
  let parts: Uint8Array[] = [];
  let held = 0;
  for await (const part of stream) {
    parts.push(part);
    held += part.length;
    if (held < headBytes) continue;
    let bytes = Buffer.concat(parts, held);
    while (bytes.length >= headBytes) {
      const length = bytes.readUInt32BE(1);
      if (length > maxRecordBytes) throw chainFileError(`a record has ${length} bytes`);
      if (bytes.length < headBytes + length) break;
      yield { kind: bytes[0]!, bytes: bytes.subarray(headBytes, headBytes + length) };
      bytes = bytes.subarray(headBytes + length);
    }
    parts = [bytes];
    held = bytes.length;
  }
  if (held > 0) throw chainFileError("it is cut off");
}

/** What is wrong with a chain file. */
export function chainFileError(what: string, cause?: unknown): UserError {
  return new UserError("CHAIN_FILE", `the chain file is not usable: ${what}`, "take another copy of the file", {
    cause,
  });
}
