import { FAIL_MEMORY } from "./layout";
import { fail } from "./host";

/** Heads of lists of free blocks, by the logarithm of their size. */
const free = memory.data(132, 4);
let top: usize = 0;

/** Starts the allocator behind the static data. Called once. */
export function initMemory(): void {
  top = (__heap_base + 63) & ~(<usize>63);
}

/** A block of at least `size` bytes, rounded up to a power of two. Never moves; its content is undefined. */
export function allocate(size: usize): usize {
  if (size > 0x40000000) fail(FAIL_MEMORY);
  const order: u32 = size <= 4096 ? 12 : 32 - <u32>i32.clz(size - 1);
  const head = free + (order << 2);
  const block = load<usize>(head);
  if (block != 0) {
    store<usize>(head, load<usize>(block));
    return block;
  }
  const bytes: usize = 1 << order;
  const result = top;
  const end = <u64>result + bytes;
  const have = <u64>memory.size() << 16;
  if (end > have) {
    // A refused page is no result of the EVM: this node stops, others go on.
    if (end > 0xffff0000 || memory.grow(<i32>((end - have + 0xffff) >> 16)) < 0) fail(FAIL_MEMORY);
  }
  top = <usize>end;
  return result;
}

/** Gives a block back. `size` is what was asked for, or the power of two. */
export function release(block: usize, size: usize): void {
  const order: u32 = size <= 4096 ? 12 : 32 - <u32>i32.clz(size - 1);
  const head = free + (order << 2);
  store<usize>(block, load<usize>(head));
  store<usize>(head, block);
}

/**
 * A region is a growing block: eight static bytes, its base and its capacity. It moves when it grows, so pointers into
 * it are taken anew after anything that may write to it.
 * @returns the base, with room for `bytes`
 */
export function ensure(region: usize, bytes: usize): usize {
  if (bytes <= load<usize>(region, 4)) return load<usize>(region);
  return grow(region, bytes);
}

function grow(region: usize, bytes: usize): usize {
  const old = load<usize>(region);
  const capacity = load<usize>(region, 4);
  if (bytes > 0x40000000) fail(FAIL_MEMORY);
  const order: u32 = bytes <= 4096 ? 12 : 32 - <u32>i32.clz(bytes - 1);
  const base = allocate(bytes);
  if (capacity != 0) {
    memory.copy(base, old, capacity);
    release(old, capacity);
  }
  store<usize>(region, base);
  store<usize>(region, 1 << order, 4);
  return base;
}
