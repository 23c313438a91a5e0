import type { Address, Digest, Height, Millis } from "@polis/codec";
import {
  addressOf,
  addressToBytes,
  digestOf,
  digestToBytes,
  encodeRlp,
  equalBytes,
  height,
  millis,
  ok,
  type Result,
  type RlpItem,
  readRlpNumber,
  readRlpUint,
  rlpUint,
} from "@polis/codec";
import { type BlockFault, refuseBlock } from "../errors.ts";
import { decodeExtraData, type ExtraData, encodeExtraData } from "./extraData.ts";

/** An Ethereum header without the fields that are constant on this chain (kairos 5.1). */
export interface Header {
  readonly parentHash: Digest;
  readonly beneficiary: Address;
  readonly stateRoot: Digest;
  readonly transactionsRoot: Digest;
  readonly receiptsRoot: Digest;
  /** 256 bytes. */
  readonly logsBloom: Uint8Array;
  readonly number: Height;
  readonly gasLimit: bigint;
  readonly gasUsed: bigint;
  /** Unix seconds; the millisecond is in `extra`. */
  readonly timestampS: number;
  readonly extra: ExtraData;
  /** prevRandao (K19); in genesis the commitment to its fields. */
  readonly mixHash: Digest;
  /** 10^-18 USDC per gas. */
  readonly baseFeePerGas: bigint;
}

/** Root of an empty Merkle Patricia Trie: keccak(rlp("")). */
export const emptyTrieRoot = "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421" as Digest;
/** keccak(rlp([])). */
const ommersHash = digestToBytes("1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347" as Digest);
/** SHA-256 of the empty string. */
const requestsHash = digestToBytes("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" as Digest);
const withdrawalsRoot = digestToBytes(emptyTrieRoot);
const zero32 = new Uint8Array(32);
const zero8 = new Uint8Array(8);
const none = new Uint8Array(0);

/** Number of fields of a header's RLP list. */
export const headerFields = 21;

/** Fields that must have one value: position, bytes, name. */
const fixedFields: readonly (readonly [number, Uint8Array, string])[] = [
  [1, ommersHash, "ommersHash"],
  [7, none, "difficulty"],
  [14, zero8, "nonce"],
  [16, withdrawalsRoot, "withdrawalsRoot"],
  [17, none, "blobGasUsed"],
  [18, none, "excessBlobGas"],
  [19, zero32, "parentBeaconBlockRoot"],
  [20, requestsHash, "requestsHash"],
];

/** The RLP of the 21 fields; its keccak is the block's digest. */
export function encodeHeader(header: Header): Uint8Array {
  return encodeRlp([
    digestToBytes(header.parentHash),
    ommersHash,
    addressToBytes(header.beneficiary),
    digestToBytes(header.stateRoot),
    digestToBytes(header.transactionsRoot),
    digestToBytes(header.receiptsRoot),
    header.logsBloom,
    none,
    rlpUint(header.number),
    rlpUint(header.gasLimit),
    rlpUint(header.gasUsed),
    rlpUint(header.timestampS),
    encodeExtraData(header.extra),
    digestToBytes(header.mixHash),
    zero8,
    rlpUint(header.baseFeePerGas),
    withdrawalsRoot,
    none,
    none,
    zero32,
    requestsHash,
  ]);
}

/** Lengths of the byte-string fields that vary: position, length, name. */
const lengths: readonly (readonly [number, number, string])[] = [
  [0, 32, "parentHash"],
  [2, 20, "beneficiary"],
  [3, 32, "stateRoot"],
  [4, 32, "transactionsRoot"],
  [5, 32, "receiptsRoot"],
  [6, 256, "logsBloom"],
  [12, 31, "extraData"],
  [13, 32, "mixHash"],
];

/** Reads the fields of a decoded RLP list; refuses any field of another shape or a wrong constant (B2). */
export function readHeader(item: RlpItem): Result<Header, BlockFault> {
  if (item instanceof Uint8Array || item.length !== headerFields) return refuseBlock("BLOCK_FORMAT", "header fields");
  const fields = item as readonly Uint8Array[];
  if (fields.some((field) => !(field instanceof Uint8Array)))
    return refuseBlock("BLOCK_FORMAT", "a list in the header");
  for (const [at, value, name] of fixedFields) {
    if (!equalBytes(fields[at]!, value)) return refuseBlock("BLOCK_HEADER", name);
  }
  for (const [at, length, name] of lengths) {
    if (fields[at]!.length !== length) return refuseBlock("BLOCK_FORMAT", name);
  }
  const number = readRlpNumber(fields[8]!);
  const gasLimit = readRlpUint(fields[9]!, 8);
  const gasUsed = readRlpUint(fields[10]!, 8);
  const timestamp = readRlpNumber(fields[11]!);
  const baseFee = readRlpUint(fields[15]!, 32);
  if (!(number.ok && gasLimit.ok && gasUsed.ok && timestamp.ok && baseFee.ok)) {
    return refuseBlock("BLOCK_FORMAT", "a number of the header");
  }
  if (timestamp.value > maxTimestampS) return refuseBlock("BLOCK_FORMAT", "timestamp");
  const extra = decodeExtraData(fields[12]!);
  if (!extra.ok) return extra;
  return ok({
    parentHash: digestOf(fields[0]!),
    beneficiary: addressOf(fields[2]!),
    stateRoot: digestOf(fields[3]!),
    transactionsRoot: digestOf(fields[4]!),
    receiptsRoot: digestOf(fields[5]!),
    logsBloom: fields[6]!,
    number: height(number.value),
    gasLimit: gasLimit.value,
    gasUsed: gasUsed.value,
    timestampS: timestamp.value,
    extra: extra.value,
    mixHash: digestOf(fields[13]!),
    baseFeePerGas: baseFee.value,
  });
}

/** Largest second whose milliseconds stay below 2^53 (R32). */
const maxTimestampS = 9_007_199_254_739;

/** Block time in milliseconds (kairos 5.3). */
export function blockTimeMs(header: Pick<Header, "timestampS" | "extra">): Millis {
  return millis(header.timestampS * 1000 + header.extra.millisecond);
}
