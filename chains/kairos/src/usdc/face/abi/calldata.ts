import type { NativeFrame } from "@polis/evm";

/** The arguments of a call, read piece by piece: their length costs the caller nothing, so no method reads all of them. */
export interface Calldata {
  /** Bytes behind the selector. */
  readonly length: number;
  /** A part that lies inside; the caller checks that. */
  read(at: number, length: number): Uint8Array;
}

/** A `bytes` argument whose content has not been read yet. */
export interface BytesArgument {
  readonly length: number;
  read(): Uint8Array;
}

const selectorBytes = 4;

/** Selector and the nine words that the longest list of arguments without dynamic ones has. */
const headBytes = selectorBytes + 9 * 32;

/** The beginning of a frame's input, which most methods need and no more. */
export function readHead(frame: NativeFrame): Uint8Array {
  return frame.readInput(0, Math.min(frame.inputBytes, headBytes));
}

/**
 * What stands behind the selector of a frame's input.
 * @param head what `readHead` returned, at least the selector
 */
export function calldataOf(frame: NativeFrame, head: Uint8Array): Calldata {
  return {
    length: frame.inputBytes - selectorBytes,
    read(at, length) {
      const start = selectorBytes + at;
      const isInHead = start + length <= head.length;
      return isInHead ? head.subarray(start, start + length) : frame.readInput(start, length);
    },
  };
}
