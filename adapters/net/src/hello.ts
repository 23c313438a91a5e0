import { fault, ok, type Result } from "@polis/codec";
import type { NetFault } from "./errors.ts";
import { readU64, writeU64 } from "./frame.ts";

export const ROLE_VALIDATOR = 1;
export const ROLE_FOLLOWER = 2;
export const ROLE_LIGHT = 3;

/** What both sides say first (kairos N4), in wire order. Numbers are below 2^53. */
export interface Hello {
  /** Major version in the high byte. */
  readonly protocolVersion: number;
  readonly chainId: number;
  /** 32 bytes as hex. */
  readonly genesisHash: string;
  /** 1 validator, 2 follower, 3 light. */
  readonly role: number;
  readonly epoch: number;
  readonly lastFinalized: {
    readonly height: number;
    readonly view: number /** 32 bytes as hex. */;
    readonly hash: string;
  };
  /** Bit set, u32. */
  readonly capabilities: number;
  /** At most 64 bytes of UTF-8. */
  readonly clientVersion: string;
  /** At most 8, each at most 255 bytes of UTF-8. */
  readonly listenAddresses: readonly string[];
  /** At most 64 bytes of UTF-8. */
  readonly clusterId: string;
}

const MAX_TEXT_BYTES = 64;
const MAX_ADDRESS_BYTES = 255;
const MAX_ADDRESSES = 8;
/** Bytes before the first text: 2 + 8 + 32 + 1 + 8 + 8 + 8 + 32 + 4. */
const FIXED_BYTES = 103;

/**
 * Encodes a Hello body.
 * @throws RangeError when a field is out of its bounds: our own configuration is wrong.
 */
export function encodeHello(hello: Hello): Buffer {
  const fixed = Buffer.alloc(FIXED_BYTES);
  const { lastFinalized: last } = hello;
  if (!/^[0-9a-f]{64}$/.test(hello.genesisHash) || !/^[0-9a-f]{64}$/.test(last.hash)) {
    throw new RangeError("a hash has 64 lower-case hex characters");
  }
  for (const n of [hello.chainId, hello.epoch, last.height, last.view]) {
    if (!Number.isSafeInteger(n) || n < 0) throw new RangeError("a number of a Hello is an integer in 0..2^53-1");
  }
  fixed.writeUInt16BE(hello.protocolVersion, 0);
  writeU64(fixed, 2, hello.chainId);
  fixed.write(hello.genesisHash, 10, "hex");
  fixed.writeUInt8(hello.role, 42);
  writeU64(fixed, 43, hello.epoch);
  writeU64(fixed, 51, last.height);
  writeU64(fixed, 59, last.view);
  fixed.write(last.hash, 67, "hex");
  fixed.writeUInt32BE(hello.capabilities, 99);
  if (hello.listenAddresses.length > MAX_ADDRESSES) throw new RangeError(`at most ${MAX_ADDRESSES} listen addresses`);
  return Buffer.concat([
    fixed,
    encodeText(hello.clientVersion, MAX_TEXT_BYTES),
    u16(hello.listenAddresses.length),
    ...hello.listenAddresses.map((a) => encodeText(a, MAX_ADDRESS_BYTES)),
    encodeText(hello.clusterId, MAX_TEXT_BYTES),
  ]);
}

/** Decodes a Hello body; every fault is HELLO_MALFORMED with the name of the field. */
export function decodeHello(body: Uint8Array): Result<Hello, NetFault> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (bytes.length < FIXED_BYTES) return malformed("length");
  const [chainId, epoch, height, view] = [2, 43, 51, 59].map((at) => readU64(bytes, at)) as [
    number,
    number,
    number,
    number,
  ];
  if (![chainId, epoch, height, view].every(Number.isSafeInteger)) return malformed("number");
  const role = bytes[42] as number;
  if (role < ROLE_VALIDATOR || role > ROLE_LIGHT) return malformed("role");
  const reader = { bytes, at: FIXED_BYTES };
  const clientVersion = readText(reader, MAX_TEXT_BYTES);
  if (clientVersion === undefined) return malformed("clientVersion");
  const count = readU16(reader);
  if (count === undefined || count > MAX_ADDRESSES) return malformed("listenAddresses");
  const listenAddresses: string[] = [];
  for (let i = 0; i < count; i++) {
    const address = readText(reader, MAX_ADDRESS_BYTES);
    if (address === undefined) return malformed("listenAddresses");
    listenAddresses.push(address);
  }
  const clusterId = readText(reader, MAX_TEXT_BYTES);
  if (clusterId === undefined) return malformed("clusterId");
  if (reader.at !== bytes.length) return malformed("trailing bytes");
  return ok({
    protocolVersion: bytes.readUInt16BE(0),
    chainId,
    genesisHash: bytes.toString("hex", 10, 42),
    role,
    epoch,
    lastFinalized: { height, view, hash: bytes.toString("hex", 67, 99) },
    capabilities: bytes.readUInt32BE(99),
    clientVersion,
    listenAddresses,
    clusterId,
  });
}

/** Compares what must be equal (kairos N4). @returns the fault to state, or undefined. */
export function compareHello(ours: Hello, theirs: Hello): NetFault | undefined {
  const because = (code: NetFault["code"]): NetFault => ({ code, verdict: "ignore" });
  if (ours.protocolVersion >> 8 !== theirs.protocolVersion >> 8) return because("HELLO_VERSION");
  if (ours.genesisHash !== theirs.genesisHash || ours.chainId !== theirs.chainId) return because("HELLO_GENESIS");
  return ours.clusterId === theirs.clusterId ? undefined : because("HELLO_CLUSTER");
}

const malformed = (field: string) => fault("HELLO_MALFORMED", "punish", field);

interface Reader {
  readonly bytes: Buffer;
  at: number;
}

function readU16(reader: Reader): number | undefined {
  if (reader.at + 2 > reader.bytes.length) return undefined;
  reader.at += 2;
  return reader.bytes.readUInt16BE(reader.at - 2);
}

function readText(reader: Reader, maxBytes: number): string | undefined {
  const length = readU16(reader);
  if (length === undefined || length > maxBytes || reader.at + length > reader.bytes.length) return undefined;
  const raw = reader.bytes.subarray(reader.at, reader.at + length);
  reader.at += length;
  const text = raw.toString("utf8");
  // Only one encoding of a text: bytes that are not UTF-8 would come back as replacement characters.
  return Buffer.from(text).equals(raw) ? text : undefined;
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function encodeText(text: string, maxBytes: number): Buffer {
  const raw = Buffer.from(text);
  if (raw.length > maxBytes) throw new RangeError(`a text of a Hello has at most ${maxBytes} bytes`);
  return Buffer.concat([u16(raw.length), raw]);
}
