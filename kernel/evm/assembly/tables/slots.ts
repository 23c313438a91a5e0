import { SLOT_ACCOUNT, SLOT_BYTES, SLOT_FLAGS, SLOT_KEY, SLOT_OLD_VALUE, SLOT_VALUE } from "../layout";
import { loadSlot, onSlot } from "../host";
import { ensure } from "../memory";
import { copy } from "../word/bytes";
import { accountAt } from "./accounts";
import { hash5 } from "./hash";
import { INDEX_BYTES, INDEX_CELLS, INDEX_COUNT, INDEX_GENERATION, INDEX_MASK, clearIndex, doubleIndex, initIndex, isIndexFull, putCell } from "./index";
import { noteSlotWarm } from "./journal";

/** Storage is loaded from the host; transient storage (EIP-1153) begins with zeros. */
const storageIndex = memory.data(INDEX_BYTES, 8);
const storageRegion = memory.data(8, 8);
const transientIndex = memory.data(INDEX_BYTES, 8);
const transientRegion = memory.data(8, 8);

const WARM: u32 = 1;
const SEEN: u32 = 2;

/** Makes the first cells and room for 64 slots of each kind. Called once. */
export function initSlots(): void {
  initIndex(storageIndex);
  ensure(storageRegion, 64 * SLOT_BYTES);
  initIndex(transientIndex);
  ensure(transientRegion, 64 * SLOT_BYTES);
}

/** Forgets all slots, stored and transient, in constant time. */
export function clearSlots(): void {
  clearIndex(storageIndex);
  clearIndex(transientIndex);
}

/** Number of storage slots that the transaction has met, without transient ones. */
export function slotCount(): u32 {
  return load<u32>(storageIndex, INDEX_COUNT);
}

/** Entry of a storage slot; valid until the next slot is looked up. */
export function slotAt(number: u32): usize {
  return load<usize>(storageRegion) + <usize>number * SLOT_BYTES;
}

/** Entry of a transient slot; valid until the next one is looked up. */
export function transientAt(number: u32): usize {
  return load<usize>(transientRegion) + <usize>number * SLOT_BYTES;
}

/** The slot of an account that `key` points to; asks the host for its value when it is new to the transaction. */
export function findSlot(account: u32, key: usize): u32 {
  const before = load<u32>(storageIndex, INDEX_COUNT);
  const number = find(storageIndex, storageRegion, account, key);
  if (number == before) {
    const entry = slotAt(number);
    loadSlot(entry);
    copy(entry + SLOT_OLD_VALUE, entry + SLOT_VALUE);
    accept(storageIndex, number, entry);
  }
  return number;
}

/** The transient slot of an account that `key`, a word, points to; a new one holds 0 (EIP-1153). */
export function findTransient(account: u32, key: usize): u32 {
  const before = load<u32>(transientIndex, INDEX_COUNT);
  const number = find(transientIndex, transientRegion, account, key);
  if (number == before) accept(transientIndex, number, transientAt(number));
  return number;
}

/** Tells a tracer about the first look at a slot. */
export function seeSlot(account: u32, number: u32): void {
  const entry = slotAt(number);
  const flags = load<u32>(entry, SLOT_FLAGS);
  if ((flags & SEEN) != 0) return;
  store<u32>(entry, flags | SEEN, SLOT_FLAGS);
  onSlot(accountAt(account), entry + SLOT_KEY);
}

/** Marks a slot as accessed (EIP-2929). True when it was not. */
export function warmSlot(number: u32): bool {
  const entry = slotAt(number);
  const flags = load<u32>(entry, SLOT_FLAGS);
  if ((flags & WARM) != 0) return false;
  noteSlotWarm(number);
  store<u32>(entry, flags | WARM, SLOT_FLAGS);
  return true;
}

/** Number of the entry, or the count when it is new: then it is prepared and waits for `accept`. */
function find(index: usize, region: usize, account: u32, key: usize): u32 {
  const k0 = load<u64>(key);
  const k1 = load<u64>(key, 8);
  const k2 = load<u64>(key, 16);
  const k3 = load<u64>(key, 24);
  const generation = load<u32>(index, INDEX_GENERATION);
  const cells = load<usize>(index, INDEX_CELLS);
  const mask = load<u32>(index, INDEX_MASK);
  const base = load<usize>(region);
  let i = hash5(k0, k1, k2, k3, account) & mask;
  while (true) {
    const cell = cells + (i << 3);
    if (load<u32>(cell, 4) != generation) break;
    const number = load<u32>(cell);
    const e = base + <usize>number * SLOT_BYTES;
    if (
      load<u64>(e, SLOT_KEY) == k0 &&
      load<u64>(e, SLOT_KEY + 8) == k1 &&
      load<u64>(e, SLOT_KEY + 16) == k2 &&
      load<u64>(e, SLOT_KEY + 24) == k3 &&
      load<u32>(e) == account
    )
      return number;
    i = (i + 1) & mask;
  }
  const number = load<u32>(index, INDEX_COUNT);
  if (isIndexFull(index)) {
    doubleIndex(index);
    for (let n: u32 = 0; n < number; n++) putSlot(index, n, load<usize>(region) + <usize>n * SLOT_BYTES);
  }
  const entry = ensure(region, (<usize>number + 1) * SLOT_BYTES) + <usize>number * SLOT_BYTES;
  memory.fill(entry, 0, SLOT_BYTES);
  store<u32>(entry, account, SLOT_ACCOUNT);
  store<u64>(entry, k0, SLOT_KEY);
  store<u64>(entry, k1, SLOT_KEY + 8);
  store<u64>(entry, k2, SLOT_KEY + 16);
  store<u64>(entry, k3, SLOT_KEY + 24);
  return number;
}

function accept(index: usize, number: u32, entry: usize): void {
  putSlot(index, number, entry);
  store<u32>(index, number + 1, INDEX_COUNT);
}

function putSlot(index: usize, number: u32, e: usize): void {
  const hash = hash5(
    load<u64>(e, SLOT_KEY),
    load<u64>(e, SLOT_KEY + 8),
    load<u64>(e, SLOT_KEY + 16),
    load<u64>(e, SLOT_KEY + 24),
    load<u32>(e, SLOT_ACCOUNT),
  );
  putCell(index, hash, number);
}
