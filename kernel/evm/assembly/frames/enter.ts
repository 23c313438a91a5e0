import {
  ACCOUNT_BALANCE,
  CODE_LENGTH,
  CODE_START,
  FRAME_BYTES,
  FRAME_CALLER,
  FRAME_CODE,
  FRAME_CODE_ACCOUNT,
  FRAME_DEPTH,
  FRAME_GAS,
  FRAME_GAS_START,
  FRAME_INPUT,
  FRAME_INPUT_BYTES,
  FRAME_IS_STATIC,
  FRAME_JOURNAL,
  FRAME_KIND,
  FRAME_LOG_BYTES,
  FRAME_LOG_COUNT,
  FRAME_MEMORY,
  FRAME_MEMORY_BYTES,
  FRAME_MEMORY_COST,
  FRAME_NATIVE,
  FRAME_OUT,
  FRAME_OUT_BYTES,
  FRAME_PC,
  FRAME_REFUND,
  FRAME_SELF,
  FRAME_STACK,
  FRAME_STACK_BYTES,
  FRAME_VALUE,
  HALT_BALANCE,
  HALT_DEPTH,
  HALT_NONE,
  HALT_PRECOMPILE,
  HALT_REVERT,
  KIND_CALL,
  KIND_STATICCALL,
  STATUS_NATIVE_START,
} from "../layout";
import { onEnter, onValue, precompile } from "../host";
import { ensure } from "../memory";
import { asksOnValue } from "../rules";
import { accountAt, nativeOf, precompileOf, setBalance, touch } from "../tables/accounts";
import { codeOf, emptyCode, jumpsOf } from "../tables/codes";
import { journalMark } from "../tables/journal";
import { logBytes, logCount } from "../tables/logs";
import { add, sub } from "../word/arithmetic";
import { copy } from "../word/bytes";
import { isZero, lt } from "../word/compare";
import { finish } from "./finish";
import { arena, frame, isOutside, loadMemory, newReturnData, refund, returnData, returnSize, setFrame, setStatus, stackRegion } from "./machine";

const sum = memory.data(32, 8);

/**
 * Opens a frame above the running one, whose record holds its stack and memory already. `value` may lie in the
 * parent's stack; `input` is an offset in the arena; `initCode` is 0 for calls.
 */
export function openFrame(
  kind: u32,
  self: u32,
  caller: u32,
  codeAccount: u32,
  value: usize,
  gas: i64,
  isStatic: bool,
  input: u32,
  inputBytes: u32,
  out: u32,
  outBytes: u32,
  initCode: usize,
): void {
  const first = isOutside();
  const parent = frame;
  const f = frame + FRAME_BYTES;
  store<u32>(f, kind, FRAME_KIND);
  store<u32>(f, first ? 0 : load<u32>(parent, FRAME_DEPTH) + 1, FRAME_DEPTH);
  store<u32>(f, isStatic ? 1 : 0, FRAME_IS_STATIC);
  store<u32>(f, 0, FRAME_PC);
  store<usize>(f, initCode == 0 ? emptyCode() : initCode, FRAME_CODE);
  store<i32>(f, -1, FRAME_NATIVE);
  copy(f + FRAME_VALUE, value);
  // A child's stack and memory begin where those of its parent end; frame 0's memory begins behind the input.
  store<u32>(f, first ? 0 : load<u32>(parent, FRAME_STACK) + load<u32>(parent, FRAME_STACK_BYTES), FRAME_STACK);
  store<u32>(f, 0, FRAME_STACK_BYTES);
  const memory = first ? (inputBytes + 31) & ~31 : load<u32>(parent, FRAME_MEMORY) + load<u32>(parent, FRAME_MEMORY_BYTES);
  store<u32>(f, memory, FRAME_MEMORY);
  store<u32>(f, 0, FRAME_MEMORY_BYTES);
  store<u64>(f, 0, FRAME_MEMORY_COST);
  store<u32>(f, input, FRAME_INPUT);
  store<u32>(f, inputBytes, FRAME_INPUT_BYTES);
  store<u32>(f, out, FRAME_OUT);
  store<u32>(f, outBytes, FRAME_OUT_BYTES);
  store<u32>(f, self, FRAME_SELF);
  store<u32>(f, caller, FRAME_CALLER);
  store<u32>(f, codeAccount, FRAME_CODE_ACCOUNT);
  store<i64>(f, gas, FRAME_GAS);
  store<i64>(f, gas, FRAME_GAS_START);
  store<i64>(f, refund, FRAME_REFUND);
  store<u32>(f, journalMark(), FRAME_JOURNAL);
  store<u32>(f, logCount(), FRAME_LOG_COUNT);
  store<u32>(f, logBytes(), FRAME_LOG_BYTES);
  setFrame(f);
  loadMemory();
  newReturnData(0);
  ensure(stackRegion, load<u32>(f, FRAME_STACK) + 1024 * 32);
  if (TRACE) onEnter();
}

/**
 * Moves the frame's value from caller to self, if the chain allows it. The two may be one account.
 * @returns false when the balance is too small or the chain refuses
 */
export function moveValue(): bool {
  const value = frame + FRAME_VALUE;
  if (isZero(value)) return true;
  return transfer(load<u32>(frame, FRAME_CALLER), load<u32>(frame, FRAME_SELF), value);
}

/** Moves value that is not 0. `value` must not lie in the account region. */
export function transfer(from: u32, to: u32, value: usize): bool {
  if (lt(accountAt(from) + ACCOUNT_BALANCE, value)) return false;
  if (from == to) return true;
  if (asksOnValue && !onValue(from, to, value)) return false;
  sub(sum, accountAt(from) + ACCOUNT_BALANCE, value);
  setBalance(from, sum);
  add(sum, accountAt(to) + ACCOUNT_BALANCE, value);
  setBalance(to, sum);
  return true;
}

/**
 * Begins the frame that `openFrame` made for a call: value, precompile, native contract or code. `delegated` says that
 * the code account was found through an EIP-7702 designator.
 */
export function enterCall(delegated: bool): void {
  const kind = load<u32>(frame, FRAME_KIND);
  if (load<u32>(frame, FRAME_DEPTH) > 1024) return finish(HALT_DEPTH, 0, 0);
  if (kind == KIND_CALL) {
    touch(load<u32>(frame, FRAME_SELF));
    if (!moveValue()) return finish(HALT_BALANCE, 0, 0);
  } else if (kind == KIND_STATICCALL) {
    touch(load<u32>(frame, FRAME_SELF));
  } else if (lt(accountAt(load<u32>(frame, FRAME_SELF)) + ACCOUNT_BALANCE, frame + FRAME_VALUE) && kind == 1) {
    // CALLCODE moves nothing, but must be able to.
    return finish(HALT_BALANCE, 0, 0);
  }
  const codeAccount = load<u32>(frame, FRAME_CODE_ACCOUNT);
  const native = nativeOf(codeAccount);
  if (native >= 0) {
    // Its rules would run in a foreign account (kairos U14).
    if (delegated || (kind != KIND_CALL && kind != KIND_STATICCALL)) return finish(HALT_REVERT, 0, 0);
    store<i32>(frame, native, FRAME_NATIVE);
    setStatus(STATUS_NATIVE_START);
    return;
  }
  const built = precompileOf(codeAccount);
  // A delegation to a precompile is one to no code (EIP-7702).
  if (built >= 0) return delegated ? startCode(emptyCode()) : runPrecompile(built);
  startCode(codeOf(codeAccount));
}

/** Lets the frame run `block` from its first byte; one without code ends at once. */
export function startCode(block: usize): void {
  store<usize>(frame, block, FRAME_CODE);
  if (load<u32>(block, CODE_LENGTH) == 0) return finish(HALT_NONE, 0, 0);
  jumpsOf(block);
}

function runPrecompile(which: u32): void {
  const input = load<usize>(arena) + load<u32>(frame, FRAME_INPUT);
  newReturnData(0);
  const left = precompile(which, input, load<u32>(frame, FRAME_INPUT_BYTES), load<i64>(frame, FRAME_GAS));
  if (left < 0) return finish(HALT_PRECOMPILE, 0, 0);
  store<i64>(frame, left, FRAME_GAS);
  // The output is in the return data already.
  finish(HALT_NONE, returnData(), returnSize);
}

/** First byte of the running frame's code. */
export function codeStart(): usize {
  return load<usize>(frame, FRAME_CODE) + CODE_START;
}
