import { type Epoch, epoch, ok, Reader, type Result, type View, view, Writer } from "@polis/codec";
import { type BlockFault, refuseBlock } from "../errors.ts";

/** The consensus fields inside a header's extraData (kairos 5.3). */
export interface ExtraData {
  /** 0..999: block time in ms = timestamp * 1000 + this. */
  readonly millisecond: number;
  readonly view: View;
  /** 0 when the parent is genesis. */
  readonly parentView: View;
  /** S of this block (F1). */
  readonly smoothedGas: bigint;
  /** Low 32 bits of the epoch. */
  readonly epoch: Epoch;
}

/** Length of extraData in bytes. */
export const extraDataBytes = 31;

const version = 1;

/** The 31 bytes of kairos 5.3: version 1, millisecond u16, view u64, parent view u64, smoothed gas u64, epoch u32. */
export function encodeExtraData(extra: ExtraData): Uint8Array {
  return new Writer(extraDataBytes)
    .u8(version)
    .u16(extra.millisecond)
    .u64(extra.view)
    .u64(extra.parentView)
    .u64(extra.smoothedGas)
    .u32(extra.epoch % 0x1_0000_0000)
    .finish();
}

/**
 * Reads extraData.
 * @returns BLOCK_HEADER for another length or version, a millisecond above 999, or a view of 2^53 or more (R32)
 */
export function decodeExtraData(bytes: Uint8Array): Result<ExtraData, BlockFault> {
  const r = new Reader(bytes);
  const seenVersion = r.u8();
  const millisecond = r.u16();
  const [ownView, parentView] = [r.u64(), r.u64()];
  const smoothedGas = r.u64Big();
  const lowEpoch = r.u32();
  const read = r.finish(undefined);
  if (!read.ok) return refuseBlock("BLOCK_HEADER", `extraData ${read.fault.code}`);
  if (seenVersion !== version) return refuseBlock("BLOCK_HEADER", "extraData version");
  if (millisecond > 999) return refuseBlock("BLOCK_HEADER", "extraData millisecond");
  return ok({
    millisecond,
    view: view(ownView),
    parentView: view(parentView),
    smoothedGas,
    epoch: epoch(lowEpoch),
  });
}
