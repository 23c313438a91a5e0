import type { Hash } from "../primitives/types.ts";
import { inputAt, keccakModule, pageBytes, rateBytes, stateAt } from "./keccakModule.ts";

const { absorb, memory } = new WebAssembly.Instance(new WebAssembly.Module(keccakModule())).exports as {
  absorb(end: number): void;
  readonly memory: { readonly buffer: ArrayBuffer };
};
const bytes = new Uint8Array(memory.buffer);
const room = Math.floor((pageBytes - inputAt) / rateBytes) * rateBytes;

/**
 * Keccak-256 as Ethereum uses it: 32 bytes. Most inputs are a few hundred bytes, for which what surrounds the
 * permutation counts: the input is copied once, and nothing but the digest is allocated.
 */
export const keccak256: Hash = (data) => {
  bytes.fill(0, stateAt, stateAt + 200);
  let at = 0;
  for (; data.length - at >= room; at += room) {
    bytes.set(data.subarray(at, at + room), inputAt);
    absorb(inputAt + room);
  }
  bytes.set(at === 0 ? data : data.subarray(at), inputAt);
  const end = inputAt + data.length - at;
  const last = end + rateBytes - ((end - inputAt) % rateBytes);
  // Padding of the Keccak submission: a one bit, zeros, and a one bit at the end of the block.
  bytes.fill(0, end, last);
  bytes[end] = 1;
  bytes[last - 1]! |= 0x80;
  absorb(last);
  return bytes.slice(stateAt, stateAt + 32);
};
