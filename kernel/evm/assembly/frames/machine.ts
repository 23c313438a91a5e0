import {
  FAIL_MEMORY,
  FRAME_BYTES,
  FRAME_MEMORY,
  FRAME_MEMORY_BYTES,
  FRAME_MEMORY_COST,
  HALT_OUT_OF_GAS,
  STATUS_RUNNING,
} from "../layout";
import { fail } from "../host";
import { allocate, ensure } from "../memory";

/**
 * The machine: frames, one stack for all of them, one memory for all of them (a child's begins where its parent's
 * ends), return data. Frames never move; stack, memory and return data move when they grow.
 */
export const stackRegion = memory.data(8, 8);
/** Memories of all open frames, one behind the other; before that of frame 0 lies its calldata. A region. */
export const arena = memory.data(8, 8);
const returnRegion = memory.data(8, 8);

/** Depths 0..1024 run; one more record serves calls that fail for their depth. */
const FRAME_COUNT: usize = 1027;
let frames: usize = 0;

/** Record of the running frame. */
export let frame: usize = 0;
/** Memory of the running frame: first byte, size, and what it has cost so far. */
export let mem: usize = 0;
/** Size of the running frame's memory in bytes, a multiple of 32 (MSIZE). */
export let memSize: u32 = 0;
let memCost: u64 = 0;
/** Return data of the last call. */
export let returnSize: u32 = 0;
/** Refund counter (EIP-3529), before any cap. */
export let refund: i64 = 0;
/** STATUS_ number: whether `interpret` goes on. */
export let status: i32 = 0;
/** How frame 0, or the call of a native contract, ended. */
export let lastHalt: i32 = 0;

/** Makes the records of all frames and the first room for stack, memory and return data. Called once. */
export function initMachine(): void {
  frames = allocate(FRAME_COUNT * FRAME_BYTES);
  ensure(stackRegion, 1 << 17);
  ensure(arena, 1 << 17);
  ensure(returnRegion, 4096);
}

/** Leaves all frames and forgets refund, return data and halt: a transaction begins. */
export function clearMachine(): void {
  frame = frames - FRAME_BYTES;
  refund = 0;
  returnSize = 0;
  memSize = 0;
  memCost = 0;
  status = STATUS_RUNNING;
  lastHalt = 0;
}

/** True when the running frame is the transaction's own. */
export function isFirstFrame(): bool {
  return frame == frames;
}

/** True when no frame is open. */
export function isOutside(): bool {
  return frame < frames;
}

/** Makes the record at `to` the running one; `loadMemory` must follow. */
export function setFrame(to: usize): void {
  frame = to;
}

/** Tells `interpret` whether to go on, with a STATUS_ number. */
export function setStatus(to: i32): void {
  status = to;
}

/** Keeps how a frame ended, a HALT_ number, for the driver. */
export function setLastHalt(halt: i32): void {
  lastHalt = halt;
}

/** Sets the refund counter, in gas (EIP-3529). */
export function setRefund(to: i64): void {
  refund = to;
}

/** First of the `returnSize` bytes that the last call returned (EIP-211); valid until there are new ones. */
export function returnData(): usize {
  return load<usize>(returnRegion);
}

/** Makes room for return data of `size` bytes and forgets the old. */
export function newReturnData(size: u32): usize {
  returnSize = size;
  return ensure(returnRegion, size);
}

/** Saves what the running frame knows about its memory. */
export function saveMemory(): void {
  store<u32>(frame, memSize, FRAME_MEMORY_BYTES);
  store<u64>(frame, memCost, FRAME_MEMORY_COST);
}

/** Takes up the memory of the running frame. */
export function loadMemory(): void {
  const offset = load<u32>(frame, FRAME_MEMORY);
  memSize = load<u32>(frame, FRAME_MEMORY_BYTES);
  memCost = load<u64>(frame, FRAME_MEMORY_COST);
  mem = load<usize>(arena) + offset;
}

/** Words beyond this cost more than 2^55 gas. */
const MAX_END: u64 = 1 << 37;

/**
 * Grows the running frame's memory so that it holds `end` bytes.
 * @returns gas that is left, or minus the halt. Memory that gas could pay for but no machine has is an engine error.
 */
export function expand(gas: i64, end: u64): i64 {
  if (end > MAX_END) {
    if (gas >= <i64>1 << 55) fail(FAIL_MEMORY);
    return -HALT_OUT_OF_GAS;
  }
  const words = (end + 31) >> 5;
  const cost = words * 3 + ((words * words) >> 9);
  const left = gas - <i64>(cost - memCost);
  if (left < 0) return -HALT_OUT_OF_GAS;
  const bytes = words << 5;
  const offset = load<u32>(frame, FRAME_MEMORY);
  if (bytes + offset > 0x40000000) fail(FAIL_MEMORY);
  mem = ensure(arena, offset + <usize>bytes) + offset;
  memory.fill(mem + memSize, 0, <usize>bytes - memSize);
  memCost = cost;
  memSize = <u32>bytes;
  return left;
}

/** End of a range of memory given by two words; 0 when it is empty, the greatest number when it is out of reach. */
export function rangeEnd(offset: usize, length: usize): u64 {
  const high = load<u64>(length, 8) | load<u64>(length, 16) | load<u64>(length, 24);
  const count = load<u64>(length);
  if ((high | count) == 0) return 0;
  const start = load<u64>(offset);
  const far = high | load<u64>(offset, 8) | load<u64>(offset, 16) | load<u64>(offset, 24);
  if (far != 0 || count > MAX_END || start > MAX_END) return u64.MAX_VALUE;
  return start + count;
}

/** End of `size` bytes at an offset given by a word. */
export function wordEnd(offset: usize, size: u64): u64 {
  const start = load<u64>(offset);
  const far = load<u64>(offset, 8) | load<u64>(offset, 16) | load<u64>(offset, 24);
  if (far != 0 || start > MAX_END) return u64.MAX_VALUE;
  return start + size;
}
