import {
  ACCOUNT_BALANCE,
  ACCOUNT_CODE,
  ACCOUNT_CODE_HASH,
  ACCOUNT_FLAGS,
  ACCOUNT_NONCE,
  FLAG_CODE_CHANGED,
  FLAG_HAS_CODE,
  FLAG_SEEN,
  SLOT_FLAGS,
  SLOT_VALUE,
} from "../layout";
import { ensure } from "../memory";
import { copy } from "../word/bytes";
import { accountAt } from "./accounts";
import { slotAt, transientAt } from "./slots";

/** How to take back one change: what, entry number, eight bytes, a word. */
const BYTES: usize = 48;
const BALANCE = 0;
const NONCE = 1;
const CODE = 2;
const FLAGS = 3;
const SLOT = 4;
const TRANSIENT = 5;
const SLOT_WARM = 6;

const region = memory.data(8, 8);
let count: u32 = 0;

/** Makes room for the first 64 changes. Called once. */
export function initJournal(): void {
  ensure(region, 64 * BYTES);
}

/** Forgets all changes: a transaction begins. */
export function clearJournal(): void {
  count = 0;
}

/** Where the journal stands; `revertTo` goes back there. */
export function journalMark(): u32 {
  return count;
}

function note(what: u32, number: u32): usize {
  const entry = ensure(region, (<usize>count + 1) * BYTES) + <usize>count * BYTES;
  count++;
  store<u32>(entry, what);
  store<u32>(entry, number, 4);
  return entry;
}

/** Before a change: the balance that an account has, a word at `balance`. */
export function noteBalance(number: u32, balance: usize): void {
  copy(note(BALANCE, number) + 16, balance);
}

/** Before a change: the nonce that an account has. */
export function noteNonce(number: u32, nonce: u64): void {
  store<u64>(note(NONCE, number), nonce, 8);
}

/** Before a change: the FLAG_ bits that an account has. */
export function noteFlags(number: u32, flags: u32): void {
  store<u64>(note(FLAGS, number), flags, 8);
}

/** Before a change: an account's code block, code hash and flags about code, read from its entry. */
export function noteCode(number: u32): void {
  const entry = note(CODE, number);
  const account = accountAt(number);
  store<u32>(entry, load<u32>(account, ACCOUNT_FLAGS), 8);
  store<u32>(entry, load<u32>(account, ACCOUNT_CODE), 12);
  copy(entry + 16, account + ACCOUNT_CODE_HASH);
}

/** Before a change: the value that a storage slot has, a word at `value`. */
export function noteSlot(number: u32, value: usize): void {
  copy(note(SLOT, number) + 16, value);
}

/** Before a change: the value that a transient slot has, a word at `value` (EIP-1153). */
export function noteTransient(number: u32, value: usize): void {
  copy(note(TRANSIENT, number) + 16, value);
}

/** A slot is accessed that was not: it is cold again when the frame reverts (EIP-2929). */
export function noteSlotWarm(number: u32): void {
  note(SLOT_WARM, number);
}

/** Takes back everything after `mark`, the newest first. */
export function revertTo(mark: u32): void {
  while (count > mark) {
    count--;
    const entry = load<usize>(region) + <usize>count * BYTES;
    undo(load<u32>(entry), load<u32>(entry, 4), entry);
  }
}

function undo(what: u32, number: u32, entry: usize): void {
  switch (what) {
    case BALANCE:
      copy(accountAt(number) + ACCOUNT_BALANCE, entry + 16);
      return;
    case NONCE:
      store<u64>(accountAt(number), load<u64>(entry, 8), ACCOUNT_NONCE);
      return;
    case CODE: {
      const account = accountAt(number);
      const kept = load<u32>(account, ACCOUNT_FLAGS) & ~(FLAG_HAS_CODE | FLAG_CODE_CHANGED);
      store<u32>(account, kept | (load<u32>(entry, 8) & (FLAG_HAS_CODE | FLAG_CODE_CHANGED)), ACCOUNT_FLAGS);
      store<u32>(account, load<u32>(entry, 12), ACCOUNT_CODE);
      copy(account + ACCOUNT_CODE_HASH, entry + 16);
      return;
    }
    case FLAGS: {
      // What a tracer has seen stays seen.
      const account = accountAt(number);
      store<u32>(account, load<u32>(entry, 8) | (load<u32>(account, ACCOUNT_FLAGS) & FLAG_SEEN), ACCOUNT_FLAGS);
      return;
    }
    case SLOT:
      copy(slotAt(number) + SLOT_VALUE, entry + 16);
      return;
    case TRANSIENT:
      copy(transientAt(number) + SLOT_VALUE, entry + 16);
      return;
    default:
      store<u32>(slotAt(number), load<u32>(slotAt(number), SLOT_FLAGS) & ~1, SLOT_FLAGS);
  }
}
