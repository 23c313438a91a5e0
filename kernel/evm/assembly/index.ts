import {
  ACCOUNT_FLAGS,
  ACCOUNT_NONCE,
  CODE_START,
  FRAME_GAS,
  KIND_CALL,
  KIND_CREATE,
  MAIL_ADDRESS,
  MAIL_SLOT,
  MAIL_WORD,
} from "./layout";
import { enterCall, openFrame } from "./frames/enter";
import { arena, clearMachine, frame, initMachine, lastHalt, mem, refund, returnSize, setRefund, stackRegion } from "./frames/machine";
import { MAIL } from "./mail";
import { ensure, initMemory } from "./memory";
import { initOpcodes } from "./opcodes";
import { delegateOf } from "./ops/access";
import { enterCreate, numberedAddress } from "./ops/create";
import { ENV, clearBlockHashes } from "./ops/environment";
import { setRules, setStepping } from "./rules";
import { clearAccounts, findAccount, initAccounts, see, setBalance, touch, warm } from "./tables/accounts";
import { clearSlots, findSlot, initSlots, seeSlot, warmSlot } from "./tables/slots";
import { initCodes, newCode, setCode as setCodeAt, trimCodes } from "./tables/codes";
import { setSeed } from "./tables/hash";
import { clearJournal, initJournal } from "./tables/journal";
import { clearLogs, initLogs } from "./tables/logs";

export { coverageAt } from "./coverage";
export { interpret } from "./interpret";
export { newReturnData, returnData } from "./frames/machine";
export {
  appendLog,
  logDone,
  nativeCall,
  nativeCharge,
  nativeEnd,
  nativeInput,
  nativeLogGas,
  nativeSetBalance,
  nativeSload,
  nativeSstore,
  nativeTouch,
} from "./native";
export { accountAt, accountCount, isEmpty, setNonce } from "./tables/accounts";
export { slotAt, slotCount } from "./tables/slots";
export { codeOf, newCode } from "./tables/codes";
export { firstLog, logCount } from "./tables/logs";

/** Once per instance, before anything else. */
export function init(fork: i32, asksOnValue: bool, keepsDestroyed: bool, seedLow: u64, seedHigh: u64): void {
  initMemory();
  setRules(fork, asksOnValue, keepsDestroyed);
  setSeed(seedLow, seedHigh);
  initOpcodes(fork);
  initAccounts();
  initSlots();
  initJournal();
  initLogs();
  initCodes();
  initMachine();
}

/** Starts a transaction: all tables are forgotten, whatever state an exception of the host left them in. */
export function begin(codeCacheBytes: u32, stepping: bool): void {
  trimCodes(codeCacheBytes);
  clearAccounts();
  clearSlots();
  clearJournal();
  clearLogs();
  clearMachine();
  setStepping(stepping);
}

/** Pointer to the mailbox, MAIL_BYTES long. */
export function mailAt(): usize {
  return MAIL;
}

/** Where the environment of a new block goes. */
export function newEnv(): usize {
  clearBlockHashes();
  return ENV;
}

/** Pointer to the environment of the same block: for what is of the transaction. */
export function envAt(): usize {
  return ENV;
}

/** Account whose address is in MAIL_ADDRESS, little-endian. */
export function account(): u32 {
  return findAccount(load<u64>(MAIL, MAIL_ADDRESS), load<u64>(MAIL, MAIL_ADDRESS + 8), load<u32>(MAIL, MAIL_ADDRESS + 16));
}

/** Tells a tracer about an account that the driver looks at; nothing in the build without tracing. */
export function seeAccount(number: u32): void {
  if (TRACE) see(number);
}

/** Slot of an account whose key is in MAIL_SLOT. */
export function slot(account: u32): u32 {
  return findSlot(account, MAIL + MAIL_SLOT);
}

/** Marks an account as accessed before code runs (EIP-2929, EIP-2930). */
export function warmAccount(number: u32): void {
  if (TRACE) see(number);
  warm(number);
}

/** Warms the account that this one delegates to (EIP-7702), if it does. */
export function warmDelegate(number: u32): void {
  const delegate = delegateOf(number);
  if (delegate >= 0) warm(<u32>delegate);
}

/** Marks the slot of an account whose key is in MAIL_SLOT as accessed (EIP-2930). */
export function warmSlotAt(account: u32): void {
  const number = findSlot(account, MAIL + MAIL_SLOT);
  if (TRACE) seeSlot(account, number);
  warmSlot(number);
}

/** Sets a balance to MAIL_WORD and touches the account. */
export function putBalance(number: u32): void {
  touch(number);
  setBalance(number, MAIL + MAIL_WORD);
}

/** Room for the input of frame 0. */
export function inputAt(length: u32): usize {
  return ensure(arena, length + 32);
}

/** Sets the code of an account to the `length` bytes at `inputAt`. */
export function putCode(number: u32, length: u32): void {
  setCodeAt(number, load<usize>(arena), length);
}

/** Opens frame 0 for a call; value in MAIL_WORD, input at `inputAt`. */
export function startCall(from: u32, to: u32, gas: i64, isStatic: bool, length: u32): void {
  if (TRACE) see(to);
  const delegate = delegateOf(to);
  const codeAccount = delegate >= 0 ? <u32>delegate : to;
  openFrame(KIND_CALL, to, from, codeAccount, MAIL + MAIL_WORD, gas, isStatic, 0, length, 0, 0, 0);
  enterCall(delegate >= 0);
}

/** Opens frame 0 for a creation; returns the new account. */
export function startCreate(from: u32, nonce: u64, gas: i64, length: u32): u32 {
  const created = numberedAddress(from, nonce);
  if (TRACE) see(created);
  warm(created);
  const block = newCode(length);
  memory.copy(block + CODE_START, load<usize>(arena), length);
  openFrame(KIND_CREATE, created, from, created, MAIL + MAIL_WORD, gas, false, 0, 0, 0, 0, block);
  enterCreate(block);
  return created;
}

/** Gas left in the record of the running frame; after STATUS_DONE what the transaction has left. */
export function gasOfFrame(): i64 {
  return load<i64>(frame, FRAME_GAS);
}

/** How frame 0, or the call of a native contract, ended: a HALT_ number. */
export function haltOfLast(): i32 {
  return lastHalt;
}

/** Length of what lies at `returnData`. */
export function returnBytes(): u32 {
  return returnSize;
}

/** Refund counter in gas (EIP-3529), before the cap. */
export function refundNow(): i64 {
  return refund;
}

/** Adds gas to the refund counter: of authorizations, which are no part of a frame (EIP-7702). */
export function addRefund(delta: i64): void {
  setRefund(refund + delta);
}

/** For tracers: where the running frame's record, stack and memory are. */
export function frameAt(): usize {
  return frame;
}

/** Pointer to the stack region, from which FRAME_STACK counts. */
export function stackAt(): usize {
  return load<usize>(stackRegion);
}

/** Pointer to the arena, from which FRAME_MEMORY and FRAME_INPUT count. */
export function arenaAt(): usize {
  return load<usize>(arena);
}

/** Pointer to the first byte of the running frame's memory. */
export function memoryAt(): usize {
  return mem;
}
