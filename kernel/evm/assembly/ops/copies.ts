import { CODE_LENGTH, CODE_START, HALT_OUT_OF_GAS, HALT_RETURN_DATA } from "../layout";
import { expand, mem, memSize, rangeEnd, returnData, returnSize } from "../frames/machine";
import { accountOfWord } from "../tables/accounts";
import { codeOf } from "../tables/codes";
import { coldGas } from "./access";

/** Gas for `length` copied bytes and for the memory that must hold them: what is left, or minus the halt. */
export function payForCopy(gas: i64, to: usize, length: usize): i64 {
  const end = rangeEnd(to, length);
  if (end == 0) return gas;
  if (end == u64.MAX_VALUE) return expand(gas, end);
  const left = gas - <i64>((load<u64>(length) + 31) >> 5) * 3;
  if (left < 0) return -HALT_OUT_OF_GAS;
  return end > memSize ? expand(left, end) : left;
}

/** Copies from `size` bytes at `source`, zeros behind them. The three words are paid for already. */
export function copyIn(to: usize, from: usize, length: usize, source: usize, size: u32): void {
  const count = load<u32>(length);
  if (count == 0) return;
  const target = mem + load<u32>(to);
  const start = load<u64>(from);
  const far = (load<u64>(from, 8) | load<u64>(from, 16) | load<u64>(from, 24)) != 0 || start >= size;
  if (far) {
    memory.fill(target, 0, count);
    return;
  }
  const there = size - <u32>start;
  const taken = count < there ? count : there;
  memory.copy(target, source + <usize>start, taken);
  memory.fill(target + taken, 0, count - taken);
}

/** RETURNDATACOPY: reading past the end fails (EIP-211). */
export function returnDataCopy(sp: usize, gas: i64): i64 {
  const high =
    load<u64>(sp - 32, 8) | load<u64>(sp - 32, 16) | load<u64>(sp - 32, 24) |
    load<u64>(sp - 64, 8) | load<u64>(sp - 64, 16) | load<u64>(sp - 64, 24);
  const from = load<u64>(sp - 32);
  const length = load<u64>(sp - 64);
  if (high != 0 || from > returnSize || length > returnSize - from) return -HALT_RETURN_DATA;
  const left = payForCopy(gas, sp, sp - 64);
  if (left >= 0) copyIn(sp, sp - 32, sp - 64, returnData(), returnSize);
  return left;
}

/** EXTCODECOPY. */
export function extCodeCopy(sp: usize, gas: i64): i64 {
  let left = payForCopy(gas, sp - 32, sp - 96);
  if (left < 0) return left;
  const account = accountOfWord(sp);
  left -= coldGas(account);
  if (left < 0) return -HALT_OUT_OF_GAS;
  if (load<u32>(sp - 96) == 0) return left;
  const block = codeOf(account);
  copyIn(sp - 32, sp - 64, sp - 96, block + CODE_START, load<u32>(block, CODE_LENGTH));
  return left;
}

/** MCOPY (EIP-5656): both ranges are paid for, and they may overlap. */
export function mcopy(sp: usize, gas: i64): i64 {
  const toEnd = rangeEnd(sp, sp - 64);
  const fromEnd = rangeEnd(sp - 32, sp - 64);
  if (toEnd == 0) return gas;
  const end = toEnd > fromEnd ? toEnd : fromEnd;
  if (end == u64.MAX_VALUE) return expand(gas, end);
  let left = gas - <i64>((load<u64>(sp - 64) + 31) >> 5) * 3;
  if (left < 0) return -HALT_OUT_OF_GAS;
  if (end > memSize) {
    left = expand(left, end);
    if (left < 0) return left;
  }
  memory.copy(mem + load<u32>(sp), mem + load<u32>(sp - 32), load<u32>(sp - 64));
  return left;
}
