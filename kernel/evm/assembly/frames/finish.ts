import {
  FRAME_BYTES,
  FRAME_GAS,
  FRAME_GAS_START,
  FRAME_JOURNAL,
  FRAME_KIND,
  FRAME_LOG_BYTES,
  FRAME_LOG_COUNT,
  FRAME_MEMORY,
  FRAME_NATIVE,
  FRAME_OUT,
  FRAME_OUT_BYTES,
  FRAME_REFUND,
  FRAME_SELF,
  FRAME_STACK,
  FRAME_STACK_BYTES,
  HALT_BALANCE,
  HALT_CODE_STARTS_WITH_EF,
  HALT_CODE_TOO_LARGE,
  HALT_DEPTH,
  HALT_NONCE_OVERFLOW,
  HALT_NONE,
  HALT_OUT_OF_GAS,
  HALT_REVERT,
  KIND_CREATE,
  STATUS_DONE,
  STATUS_NATIVE_RESUME,
} from "../layout";
import { onExit } from "../host";
import { addressWord } from "../tables/accounts";
import { setCode } from "../tables/codes";
import { revertTo } from "../tables/journal";
import { cutLogs } from "../tables/logs";
import { setU64 } from "../word/bytes";
import { arena, frame, isFirstFrame, loadMemory, newReturnData, returnData, returnSize, setFrame, setLastHalt, setRefund, setStatus, stackRegion } from "./machine";

const MAX_CODE_BYTES: u32 = 24576;

/**
 * Ends the running frame: takes its changes back if it failed, hands output and gas to its parent and makes the parent
 * the running frame. `output` must not lie in the stack.
 */
export function finish(halt: i32, output: usize, length: u32): void {
  const kind = load<u32>(frame, FRAME_KIND);
  if (kind >= <u32>KIND_CREATE && halt == HALT_NONE) halt = deposit(output, length);
  // These keep their gas: the code asked for it, or none has run.
  const keepsGas = halt == HALT_NONE || halt == HALT_REVERT || halt == HALT_DEPTH || halt == HALT_BALANCE || halt == HALT_NONCE_OVERFLOW;
  if (halt != HALT_NONE) {
    revertTo(load<u32>(frame, FRAME_JOURNAL));
    cutLogs(load<u32>(frame, FRAME_LOG_COUNT), load<u32>(frame, FRAME_LOG_BYTES));
    setRefund(load<i64>(frame, FRAME_REFUND));
    if (!keepsGas) store<i64>(frame, 0, FRAME_GAS);
    if (halt != HALT_REVERT) length = 0;
  }
  if (TRACE) onExit(halt, load<i64>(frame, FRAME_GAS_START) - load<i64>(frame, FRAME_GAS), output, length);
  if (isFirstFrame()) {
    takeOutput(output, length);
    setLastHalt(halt);
    setStatus(STATUS_DONE);
    return;
  }
  takeOutput(output, kind >= <u32>KIND_CREATE && halt == HALT_NONE ? 0 : length);
  giveBack(kind, halt);
}

function takeOutput(output: usize, length: u32): void {
  if (output == returnData() && length == returnSize) return;
  const to = newReturnData(length);
  memory.copy(to, output, length);
}

/** Gas, result and output for the parent. */
function giveBack(kind: u32, halt: i32): void {
  const child = frame;
  const parent = frame - FRAME_BYTES;
  setFrame(parent);
  store<i64>(parent, load<i64>(parent, FRAME_GAS) + load<i64>(child, FRAME_GAS), FRAME_GAS);
  loadMemory();
  if (load<i32>(parent, FRAME_NATIVE) >= 0) {
    setLastHalt(halt);
    setStatus(STATUS_NATIVE_RESUME);
    return;
  }
  const top = load<usize>(stackRegion) + load<u32>(parent, FRAME_STACK) + load<u32>(parent, FRAME_STACK_BYTES);
  if (halt == HALT_NONE && kind >= <u32>KIND_CREATE) addressWord(top, load<u32>(child, FRAME_SELF));
  else setU64(top, halt == HALT_NONE ? 1 : 0);
  store<u32>(parent, load<u32>(parent, FRAME_STACK_BYTES) + 32, FRAME_STACK_BYTES);
  const room = load<u32>(child, FRAME_OUT_BYTES);
  const count = returnSize < room ? returnSize : room;
  memory.copy(load<usize>(arena) + load<u32>(parent, FRAME_MEMORY) + load<u32>(child, FRAME_OUT), returnData(), count);
}

/** Pays for the code that a creation returned and stores it (EIP-170, EIP-3541). */
function deposit(output: usize, length: u32): i32 {
  if (length == 0) return HALT_NONE;
  if (load<u8>(output) == 0xef) return HALT_CODE_STARTS_WITH_EF;
  const gas = load<i64>(frame, FRAME_GAS) - <i64>length * 200;
  if (gas < 0) return HALT_OUT_OF_GAS;
  if (length > MAX_CODE_BYTES) return HALT_CODE_TOO_LARGE;
  store<i64>(frame, gas, FRAME_GAS);
  setCode(load<u32>(frame, FRAME_SELF), output, length);
  return HALT_NONE;
}
