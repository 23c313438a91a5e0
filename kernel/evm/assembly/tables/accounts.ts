import {
  ACCOUNT_BALANCE,
  ACCOUNT_BYTES,
  ACCOUNT_CODE,
  ACCOUNT_CODE_HASH,
  ACCOUNT_FLAGS,
  ACCOUNT_NONCE,
  ACCOUNT_SPECIAL,
  CODE_HASH,
  FLAG_HAS_CODE,
  FLAG_SEEN,
  FLAG_TOUCHED,
  FLAG_WARM,
  SPECIAL_NATIVE,
} from "../layout";
import { loadAccount, onAccount } from "../host";
import { ensure } from "../memory";
import { copy } from "../word/bytes";
import { isZero } from "../word/compare";
import { emptyCode } from "./codes";
import { hash5 } from "./hash";
import { INDEX_BYTES, INDEX_CELLS, INDEX_COUNT, INDEX_GENERATION, INDEX_MASK, clearIndex, doubleIndex, firstCell, initIndex, isIndexFull, putCell } from "./index";
import { noteBalance, noteFlags, noteNonce } from "./journal";

const index = memory.data(INDEX_BYTES, 8);
const region = memory.data(8, 8);

/** Makes the first cells and room for 64 entries. Called once. */
export function initAccounts(): void {
  initIndex(index);
  ensure(region, 64 * ACCOUNT_BYTES);
}

/** Forgets all accounts, in constant time. */
export function clearAccounts(): void {
  clearIndex(index);
}

/** Number of accounts that the transaction has met; their entries are 0 up to it. */
export function accountCount(): u32 {
  return load<u32>(index, INDEX_COUNT);
}

/** Entry of an account; valid until the next account is looked up. */
export function accountAt(number: u32): usize {
  return load<usize>(region) + <usize>number * ACCOUNT_BYTES;
}

/** The account with this address, given as three limbs; asks the host when it is new to the transaction. */
export function findAccount(a0: u64, a1: u64, a2: u32): u32 {
  const hash = hash5(a0, a1, a2, 0, 0);
  const generation = load<u32>(index, INDEX_GENERATION);
  const cells = load<usize>(index, INDEX_CELLS);
  const mask = load<u32>(index, INDEX_MASK);
  let i = firstCell(index, hash);
  while (true) {
    const cell = cells + (i << 3);
    if (load<u32>(cell, 4) != generation) break;
    const number = load<u32>(cell);
    const entry = accountAt(number);
    if (load<u64>(entry) == a0 && load<u64>(entry, 8) == a1 && load<u32>(entry, 16) == a2) return number;
    i = (i + 1) & mask;
  }
  return addAccount(a0, a1, a2, hash);
}

function addAccount(a0: u64, a1: u64, a2: u32, hash: u32): u32 {
  if (isIndexFull(index)) {
    doubleIndex(index);
    for (let n: u32 = 0; n < load<u32>(index, INDEX_COUNT); n++) {
      const e = accountAt(n);
      putCell(index, hash5(load<u64>(e), load<u64>(e, 8), load<u32>(e, 16), 0, 0), n);
    }
  }
  const number = load<u32>(index, INDEX_COUNT);
  const entry = ensure(region, (<usize>number + 1) * ACCOUNT_BYTES) + <usize>number * ACCOUNT_BYTES;
  memory.fill(entry, 0, ACCOUNT_BYTES);
  store<u64>(entry, a0);
  store<u64>(entry, a1, 8);
  store<u32>(entry, a2, 16);
  // The entry counts only once the host has filled it: an exception leaves no half account behind.
  loadAccount(entry);
  const special = load<u32>(entry, ACCOUNT_SPECIAL);
  if ((load<u32>(entry, ACCOUNT_FLAGS) & FLAG_HAS_CODE) == 0) copy(entry + ACCOUNT_CODE_HASH, emptyCode() + CODE_HASH);
  if (special != 0 && special < <u32>SPECIAL_NATIVE) store<u32>(entry, load<u32>(entry, ACCOUNT_FLAGS) | FLAG_WARM, ACCOUNT_FLAGS);
  putCell(index, hash, number);
  store<u32>(index, number + 1, INDEX_COUNT);
  return number;
}

/** The account whose address is the low 160 bits of a word. */
export function accountOfWord(word: usize): u32 {
  const number = findAccount(load<u64>(word), load<u64>(word, 8), load<u32>(word, 16));
  if (TRACE) see(number);
  return number;
}

/** Tells a tracer about the first look at an account. */
export function see(number: u32): void {
  const entry = accountAt(number);
  const flags = load<u32>(entry, ACCOUNT_FLAGS);
  if ((flags & FLAG_SEEN) != 0) return;
  store<u32>(entry, flags | FLAG_SEEN, ACCOUNT_FLAGS);
  onAccount(entry);
}

/** Marks an account as accessed (EIP-2929). True when it was not. */
export function warm(number: u32): bool {
  const flags = load<u32>(accountAt(number), ACCOUNT_FLAGS);
  if ((flags & FLAG_WARM) != 0) return false;
  addFlags(number, FLAG_WARM);
  return true;
}

/** True when any of the FLAG_ bits is set. */
export function hasFlag(number: u32, flag: u32): bool {
  return (load<u32>(accountAt(number), ACCOUNT_FLAGS) & flag) != 0;
}

/** Sets flags, to be taken back with the frame. */
export function addFlags(number: u32, added: u32): void {
  const entry = accountAt(number);
  const flags = load<u32>(entry, ACCOUNT_FLAGS);
  if ((flags & added) == added) return;
  noteFlags(number, flags);
  store<u32>(entry, flags | added, ACCOUNT_FLAGS);
}

/** Touched accounts that are empty at the end disappear (EIP-161). */
export function touch(number: u32): void {
  addFlags(number, FLAG_TOUCHED);
}

/** Copies a new balance into an account; `balance` must not lie in the account region. */
export function setBalance(number: u32, balance: usize): void {
  const entry = accountAt(number);
  noteBalance(number, entry + ACCOUNT_BALANCE);
  copy(entry + ACCOUNT_BALANCE, balance);
  touch(number);
}

/** Sets a nonce, to be taken back with the frame, and touches the account. */
export function setNonce(number: u32, nonce: u64): void {
  const entry = accountAt(number);
  noteNonce(number, load<u64>(entry, ACCOUNT_NONCE));
  store<u64>(entry, nonce, ACCOUNT_NONCE);
  touch(number);
}

/** EIP-161: nonce 0, balance 0, no code. */
export function isEmpty(number: u32): bool {
  const entry = accountAt(number);
  return (
    (load<u32>(entry, ACCOUNT_FLAGS) & FLAG_HAS_CODE) == 0 &&
    load<u64>(entry, ACCOUNT_NONCE) == 0 &&
    isZero(entry + ACCOUNT_BALANCE)
  );
}

/** Native contract's index, or -1. */
export function nativeOf(number: u32): i32 {
  const special = load<u32>(accountAt(number), ACCOUNT_SPECIAL);
  return special >= <u32>SPECIAL_NATIVE ? <i32>(special - SPECIAL_NATIVE) : -1;
}

/** Precompile's index, or -1. */
export function precompileOf(number: u32): i32 {
  const special = load<u32>(accountAt(number), ACCOUNT_SPECIAL);
  return special != 0 && special < <u32>SPECIAL_NATIVE ? <i32>special - 1 : -1;
}

/** Writes an address as 20 big-endian bytes. */
export function storeAddress(to: usize, number: u32): void {
  const entry = accountAt(number);
  store<u32>(to, bswap<u32>(load<u32>(entry, 16)));
  store<u64>(to, bswap<u64>(load<u64>(entry, 8)), 4);
  store<u64>(to, bswap<u64>(load<u64>(entry)), 12);
}

/** Writes an address as a word. */
export function addressWord(word: usize, number: u32): void {
  const entry = accountAt(number);
  store<u64>(word, load<u64>(entry));
  store<u64>(word, load<u64>(entry, 8), 8);
  store<u64>(word, load<u32>(entry, 16), 16);
  store<u64>(word, 0, 24);
}

/** Code block that is known for an account, or 0. */
export function knownCode(number: u32): usize {
  return load<usize>(accountAt(number), ACCOUNT_CODE);
}
