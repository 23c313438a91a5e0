import {
  type Digest,
  digestOf,
  type Epoch,
  fault,
  type Height,
  type Millis,
  ok,
  Reader,
  type Result,
  type View,
  Writer,
} from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import type { BlockInfo } from "@polis/ports";

/** The content of a test block. `salt` makes rivals differ; a block with `valid` false is rejected by execution. */
export interface MockBlock {
  readonly height: Height;
  readonly view: View;
  readonly parentView: View;
  readonly parentDigest: Digest;
  readonly timeMs: Millis;
  readonly salt: number;
  readonly valid: boolean;
}

/** Bytes of a test block: a fixed layout of 73 bytes. */
export function encodeMockBlock(block: MockBlock): Uint8Array {
  return new Writer(73)
    .u64(block.height)
    .u64(block.view)
    .u64(block.parentView)
    .hex(block.parentDigest)
    .u64(block.timeMs)
    .u64(block.salt)
    .u8(block.valid ? 1 : 0)
    .finish();
}

/** Reads a test block, whatever the bytes are. */
export function decodeMockBlock(bytes: Uint8Array): Result<MockBlock> {
  const r = new Reader(bytes);
  const height = r.u64() as Height;
  const view = r.u64() as View;
  const parentView = r.u64() as View;
  const parentDigest = r.digest();
  const timeMs = r.u64() as Millis;
  const salt = r.u64();
  const flag = r.u8();
  if (flag > 1) return fault("MOCK_FLAG");
  return r.finish({ height, view, parentView, parentDigest, timeMs, salt, valid: flag === 1 });
}

/** The `inspect` dependency of a test replica. */
export function inspectMockBlock(bytes: Uint8Array): Result<BlockInfo> {
  const decoded = decodeMockBlock(bytes);
  if (!decoded.ok) return decoded;
  const { height, view, parentView, parentDigest, timeMs } = decoded.value;
  const digest = digestOf(keccak256(bytes));
  return ok({ digest, height, parentDigest, epoch: 0 as Epoch, view, parentView, timeMs, prevSeed: undefined });
}

const genesisBlock = encodeMockBlock({
  height: 0 as Height,
  view: 0 as View,
  parentView: 0 as View,
  parentDigest: "0".repeat(64) as Digest,
  timeMs: 0 as Millis,
  salt: 0,
  valid: true,
});

/** Genesis of all test networks. */
export function mockGenesis(): BlockInfo {
  const inspected = inspectMockBlock(genesisBlock);
  if (!inspected.ok) throw new Error("the genesis block does not decode");
  return inspected.value;
}
