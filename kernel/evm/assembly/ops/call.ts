import {
  FRAME_CALLER,
  FRAME_IS_STATIC,
  FRAME_GAS,
  FRAME_MEMORY,
  FRAME_PC,
  FRAME_SELF,
  FRAME_STACK,
  FRAME_STACK_BYTES,
  FRAME_VALUE,
  HALT_OUT_OF_GAS,
  HALT_STATIC_WRITE,
  KIND_CALL,
  KIND_CALLCODE,
  KIND_DELEGATECALL,
  KIND_STATICCALL,
} from "../layout";
import { enterCall, openFrame } from "../frames/enter";
import { expand, frame, memSize, rangeEnd, saveMemory, stackRegion } from "../frames/machine";
import { accountOfWord, isEmpty } from "../tables/accounts";
import { isZero } from "../word/compare";
import { accessGas, coldGas, delegateOf } from "./access";

const zero = memory.data(32, 8);
const NEW_ACCOUNT_GAS: i64 = 25000;
const VALUE_GAS: i64 = 9000;
const STIPEND: i64 = 2300;

/** Saves where the running frame goes on after the frame it opens has ended. */
export function suspend(pc: u32, sp: usize, gas: i64): void {
  store<u32>(frame, pc, FRAME_PC);
  store<u32>(frame, <u32>(sp + 32 - load<usize>(stackRegion) - load<u32>(frame, FRAME_STACK)), FRAME_STACK_BYTES);
  store<i64>(frame, gas, FRAME_GAS);
  saveMemory();
}

/**
 * CALL, CALLCODE, DELEGATECALL and STATICCALL: pays, suspends the frame and opens the next.
 * @param pc where the frame goes on
 * @param sp top of the stack: gas, address, value (the first two kinds), input, output
 * @returns 0, or minus the halt of the running frame
 */
export function call(kind: u32, pc: u32, sp: usize, gasBefore: i64): i64 {
  let gas = gasBefore;
  const hasValue = kind <= <u32>KIND_CALLCODE;
  const value = hasValue ? sp - 64 : zero;
  const ranges = hasValue ? sp - 96 : sp - 64;
  const moves = hasValue && !isZero(value);
  const isStatic = load<u32>(frame, FRAME_IS_STATIC) != 0;
  if (isStatic && moves && kind == KIND_CALL) return -HALT_STATIC_WRITE;
  const inEnd = rangeEnd(ranges, ranges - 32);
  const outEnd = rangeEnd(ranges - 64, ranges - 96);
  const end = inEnd > outEnd ? inEnd : outEnd;
  if (end > memSize) {
    gas = expand(gas, end);
    if (gas < 0) return gas;
  }
  const target = accountOfWord(sp - 32);
  gas -= coldGas(target);
  if (gas < 0) return -HALT_OUT_OF_GAS;
  let codeAccount = target;
  const delegate = delegateOf(target);
  if (delegate >= 0) {
    codeAccount = <u32>delegate;
    gas -= accessGas(codeAccount);
  }
  if (moves) {
    gas -= VALUE_GAS;
    if (kind == KIND_CALL && isEmpty(target)) gas -= NEW_ACCOUNT_GAS;
  }
  if (gas < 0) return -HALT_OUT_OF_GAS;
  // All but one 64th (EIP-150), or what the code asks for if that is less.
  let childGas = gas - (gas >> 6);
  const high = load<u64>(sp, 8) | load<u64>(sp, 16) | load<u64>(sp, 24);
  if (high == 0 && load<u64>(sp) < <u64>childGas) childGas = load<i64>(sp);
  gas -= childGas;
  if (moves) childGas += STIPEND;
  suspend(pc, ranges - 128, gas);
  const memoryOffset = load<u32>(frame, FRAME_MEMORY);
  const self = load<u32>(frame, FRAME_SELF);
  const ownContext = kind == KIND_CALLCODE || kind == KIND_DELEGATECALL;
  openFrame(
    kind,
    ownContext ? self : target,
    kind == KIND_DELEGATECALL ? load<u32>(frame, FRAME_CALLER) : self,
    codeAccount,
    kind == KIND_DELEGATECALL ? frame + FRAME_VALUE : value,
    childGas,
    isStatic || kind == KIND_STATICCALL,
    inEnd == 0 ? 0 : memoryOffset + load<u32>(ranges),
    load<u32>(ranges - 32),
    outEnd == 0 ? 0 : load<u32>(ranges - 64),
    load<u32>(ranges - 96),
    0,
  );
  enterCall(delegate >= 0);
  return 0;
}
