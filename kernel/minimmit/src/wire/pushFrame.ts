import { decodeRlpList, encodeRlp, fault, ok, type Result } from "@polis/codec";
import { maxRangeBlocks } from "../params.ts";
import type { FetchedBlock } from "../seam/messages.ts";
import { blockItem, type FetchFault, readBlock } from "./fetchFrames.ts";
import { type Frame, frameTypes, maxBodyBytes, type WireContext } from "./types.ts";

/**
 * Blocks that have just become final, with the certificate at the last one, pushed to a follower (kairos N17, type 0x30):
 * an RLP list of the same items as a Blocks reply, without a request id. A run that is too long for one frame is pushed as
 * its last block alone: the follower sees the gap and asks for the rest.
 * @param items in height order, at least one
 * @param maxBlockBytes `block.maxBytes`
 */
export function encodeFinalizedPush(items: readonly FetchedBlock[], n: number, maxBlockBytes: number): Frame {
  const type = frameTypes.finalizedPush;
  const whole = encodeRlp(items.slice(-maxRangeBlocks).map((item) => blockItem(item, n)));
  if (whole.length <= maxBodyBytes(type, maxBlockBytes)!) return { type, body: whole };
  return { type, body: encodeRlp(items.slice(-1).map((item) => blockItem(item, n))) };
}

/** Reads a push; certificates are checked for their form, blocks are views of `body`. Total on any bytes. */
export function decodeFinalizedPush(
  body: Uint8Array,
  context: WireContext,
): Result<readonly FetchedBlock[], FetchFault> {
  const maxBytes = maxBodyBytes(frameTypes.finalizedPush, context.maxBlockBytes)!;
  if (body.length > maxBytes) return fault("WIRE_TOO_LONG");
  const list = decodeRlpList(body, { maxBytes, maxItems: 3 * maxRangeBlocks + 1, maxDepth: 2 });
  if (!list.ok) return list;
  if (list.value.length === 0 || list.value.length > maxRangeBlocks) return fault("WIRE_LIST");
  const items: FetchedBlock[] = [];
  for (const pair of list.value) {
    const item = readBlock(pair, context);
    if (!item.ok) return item;
    items.push(item.value);
  }
  return ok(items);
}
