import {
  FRAME_GAS,
  FRAME_IS_STATIC,
  FRAME_MEMORY,
  FRAME_MEMORY_BYTES,
  FRAME_SELF,
  HALT_NONE,
  HALT_STATIC_WRITE,
  HALT_OUT_OF_GAS,
  KIND_CALL,
  KIND_STATICCALL,
  LOG_HEADER_BYTES,
  MAIL_SLOT,
  MAIL_TOPICS,
  MAIL_WORD,
  STATUS_RUNNING,
} from "./layout";
import { enterCall, openFrame } from "./frames/enter";
import { finish } from "./frames/finish";
import { arena, frame, loadMemory, mem, returnData, returnSize, setStatus } from "./frames/machine";
import { onLog } from "./host";
import { ensure } from "./memory";
import { MAIL } from "./mail";
import { accessGas, delegateOf } from "./ops/access";
import { sload, sstore } from "./ops/storage";
import { isEmpty, setBalance } from "./tables/accounts";
import { addLog } from "./tables/logs";
import { copy } from "./word/bytes";

/**
 * What a native contract's frame may do (kairos U14). The frame is the running one, and its gas is in its record.
 * Results: HALT_NONE, HALT_OUT_OF_GAS or HALT_STATIC_WRITE.
 */
function settle(left: i64): i32 {
  if (left < 0) {
    store<i64>(frame, 0, FRAME_GAS);
    return -<i32>left;
  }
  store<i64>(frame, left, FRAME_GAS);
  return HALT_NONE;
}

/** Takes gas from the frame. More than it has, or less than 0, leaves it none: HALT_OUT_OF_GAS. */
export function nativeCharge(gas: i64): i32 {
  const left = load<i64>(frame, FRAME_GAS) - gas;
  return settle(gas < 0 || left < 0 ? -HALT_OUT_OF_GAS : left);
}

/** Slot in MAIL_SLOT; its value goes to MAIL_WORD. */
export function nativeSload(): i32 {
  copy(MAIL + MAIL_WORD, MAIL + MAIL_SLOT);
  return settle(sload(MAIL + MAIL_WORD, load<i64>(frame, FRAME_GAS)));
}

/** Slot in MAIL_SLOT, value in MAIL_WORD. */
export function nativeSstore(): i32 {
  return settle(sstore(MAIL + MAIL_SLOT, MAIL + MAIL_WORD, load<i64>(frame, FRAME_GAS)));
}

/** Charges for access to an account: 100 gas, or 2,600 for the first (EIP-2929). */
export function nativeTouch(account: u32): i32 {
  return nativeCharge(accessGas(account));
}

/** Sets a balance to MAIL_WORD: 2,900 gas, and 25,000 for an account that did not exist. */
export function nativeSetBalance(account: u32): i32 {
  if (load<u32>(frame, FRAME_IS_STATIC) != 0) return settle(-HALT_STATIC_WRITE);
  const halt = nativeCharge(isEmpty(account) ? 27900 : 2900);
  if (halt == HALT_NONE) setBalance(account, MAIL + MAIL_WORD);
  return halt;
}

/** Charges for a log; `nativeLogAt` then makes it. */
export function nativeLogGas(topics: u32, length: u32): i32 {
  if (load<u32>(frame, FRAME_IS_STATIC) != 0) return settle(-HALT_STATIC_WRITE);
  return nativeCharge(375 + 375 * <i64>topics + 8 * <i64>length);
}

/**
 * Appends a log of the account whose big-endian address is at `address`, with topics from MAIL_TOPICS, big-endian.
 * @returns where the data goes; `logDone` follows
 */
export function appendLog(address: usize, topics: u32, length: u32): usize {
  const at = addLog(topics, length);
  memory.copy(at, address, 20);
  memory.copy(at + LOG_HEADER_BYTES, MAIL + MAIL_TOPICS, topics << 5);
  return at + LOG_HEADER_BYTES + (topics << 5);
}

/** Tells a tracer about the log whose data is at `data`. */
export function logDone(data: usize, topics: u32): void {
  if (TRACE) onLog(data - LOG_HEADER_BYTES - (topics << 5));
}

/** Room for the input of a call that the native frame makes. */
export function nativeInput(length: u32): usize {
  const offset = load<u32>(frame, FRAME_MEMORY);
  ensure(arena, offset + length + 32);
  loadMemory();
  return mem;
}

/**
 * Calls an account with the input that `nativeInput` took; all gas but one 64th goes along. Access to the account and
 * to its delegate is for the contract to pay, with `nativeTouch`.
 */
export function nativeCall(to: u32, length: u32, isStatic: bool): void {
  const delegate = delegateOf(to);
  const codeAccount = delegate >= 0 ? <u32>delegate : to;
  const gas = load<i64>(frame, FRAME_GAS);
  const childGas = gas - (gas >> 6);
  store<i64>(frame, gas - childGas, FRAME_GAS);
  // The input lies where the frame's memory would be: the child's memory begins behind it.
  const memory = load<u32>(frame, FRAME_MEMORY);
  store<u32>(frame, (length + 31) & ~31, FRAME_MEMORY_BYTES);
  setStatus(STATUS_RUNNING);
  const staticCall = isStatic || load<u32>(frame, FRAME_IS_STATIC) != 0;
  const kind = isStatic ? KIND_STATICCALL : KIND_CALL;
  openFrame(kind, to, load<u32>(frame, FRAME_SELF), codeAccount, zero, childGas, staticCall, memory, length, 0, 0, 0);
  enterCall(delegate >= 0);
}

/** Ends the native frame; its output is in the return data already. */
export function nativeEnd(halt: i32): void {
  setStatus(STATUS_RUNNING);
  finish(halt, returnData(), returnSize);
}

const zero = memory.data(32, 8);
