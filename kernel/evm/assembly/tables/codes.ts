import {
  ACCOUNT_CODE,
  ACCOUNT_CODE_HASH,
  ACCOUNT_FLAGS,
  CODE_BITMAP,
  CODE_HASH,
  CODE_LENGTH,
  CODE_START,
  FLAG_CODE_CHANGED,
  FLAG_HAS_CODE,
} from "../layout";
import { loadCode } from "../host";
import { keccak256 } from "../keccak";
import { allocate, ensure, release } from "../memory";
import { copy } from "../word/bytes";
import { eq } from "../word/compare";
import { accountAt } from "./accounts";
import { noteCode } from "./journal";

/**
 * Code with its jump destinations, kept between transactions by hash. Blocks never move and are given back all at
 * once, between transactions, when they exceed the limit. Within one transaction their number is bounded by its gas.
 */
const CHUNK: usize = 1 << 18;
/** Zeros behind the code: reading past the end is STOP, and PUSH32 at the end needs no check. */
const PADDING: usize = 40;

const chunks = memory.data(8, 8);
const cells = memory.data(8, 8);
let chunkCount: u32 = 0;
let chunkTop: usize = 0;
let chunkEnd: usize = 0;
let usedBytes: usize = 0;
let codeCount: u32 = 0;
let cellMask: u32 = 0;
/** The block of no code at all, and of EIP-7702 delegations to what is not code. */
let empty: usize = 0;

/** Makes the first 1024 cells and the empty block. Called once. */
export function initCodes(): void {
  cellMask = 1023;
  memory.fill(ensure(cells, 4096), 0, 4096);
  makeEmpty();
}

function makeEmpty(): void {
  empty = newCode(0);
  keccak256(empty, 0, empty + CODE_HASH);
}

/** Pointer to the block of no code: length 0, hash of no bytes. Another one after `trimCodes`. */
export function emptyCode(): usize {
  return empty;
}

/** Forgets all codes when they hold more than `limit` bytes. Only between transactions. */
export function trimCodes(limit: usize): void {
  if (usedBytes <= limit) return;
  const list = load<usize>(chunks);
  for (let i: u32 = 0; i < chunkCount; i++) release(load<usize>(list + (i << 3)), load<usize>(list + (i << 3), 4));
  chunkCount = 0;
  chunkTop = 0;
  chunkEnd = 0;
  usedBytes = 0;
  codeCount = 0;
  memory.fill(load<usize>(cells), 0, (<usize>cellMask + 1) << 2);
  makeEmpty();
}

/** Room for a code of `length` bytes; the caller writes them at `CODE_START`. Jump destinations are found when it runs. */
export function newCode(length: u32): usize {
  const bytes: usize = (<usize>CODE_START + <usize>length + PADDING + (<usize>length >> 3) + 15) & ~(<usize>7);
  if (chunkTop + bytes > chunkEnd) {
    const size: usize = bytes > CHUNK ? bytes : CHUNK;
    const list = ensure(chunks, (<usize>chunkCount + 1) << 3);
    const chunk = allocate(size);
    store<usize>(list + (chunkCount << 3), chunk);
    store<usize>(list + (chunkCount << 3), size, 4);
    chunkCount++;
    chunkTop = chunk;
    chunkEnd = chunk + size;
  }
  const block = chunkTop;
  chunkTop += bytes;
  usedBytes += bytes;
  store<u32>(block, length, CODE_LENGTH);
  store<u32>(block, 0, CODE_BITMAP);
  memory.fill(block + CODE_START + length, 0, PADDING);
  return block;
}

/** Code of an account; asks the host when no transaction has met it. An account without code has the empty block. */
export function codeOf(number: u32): usize {
  const entry = accountAt(number);
  if ((load<u32>(entry, ACCOUNT_FLAGS) & FLAG_HAS_CODE) == 0) return empty;
  const known = load<usize>(entry, ACCOUNT_CODE);
  if (known != 0) return known;
  const hash = entry + ACCOUNT_CODE_HASH;
  let block = lookUp(hash);
  if (block == 0) {
    block = loadCode(hash);
    copy(block + CODE_HASH, hash);
    insert(block);
  }
  store<usize>(entry, block, ACCOUNT_CODE);
  return block;
}

/** Gives an account code that lies at `from`. */
export function setCode(number: u32, from: usize, length: u32): void {
  noteCode(number);
  let block = empty;
  if (length > 0) {
    const fresh = newCode(length);
    memory.copy(fresh + CODE_START, from, length);
    keccak256(fresh + CODE_START, length, fresh + CODE_HASH);
    block = lookUp(fresh + CODE_HASH);
    if (block == 0) {
      block = fresh;
      insert(block);
    }
  }
  const entry = accountAt(number);
  const flags = load<u32>(entry, ACCOUNT_FLAGS) & ~FLAG_HAS_CODE;
  store<u32>(entry, flags | FLAG_CODE_CHANGED | (length > 0 ? FLAG_HAS_CODE : 0), ACCOUNT_FLAGS);
  store<usize>(entry, block, ACCOUNT_CODE);
  copy(entry + ACCOUNT_CODE_HASH, block + CODE_HASH);
}

function lookUp(hash: usize): usize {
  let i = load<u32>(hash) & cellMask;
  while (true) {
    const block = load<usize>(load<usize>(cells) + (i << 2));
    if (block == 0) return 0;
    if (eq(block + CODE_HASH, hash)) return block;
    i = (i + 1) & cellMask;
  }
}

function insert(block: usize): void {
  if (codeCount * 2 > cellMask) {
    const old = (<usize>cellMask + 1) << 2;
    const copyOfOld = allocate(old);
    memory.copy(copyOfOld, load<usize>(cells), old);
    cellMask = (cellMask << 1) | 1;
    memory.fill(ensure(cells, old << 1), 0, old << 1);
    for (let at: usize = 0; at < old; at += 4) {
      const moved = load<usize>(copyOfOld + at);
      if (moved != 0) put(moved);
    }
    release(copyOfOld, old);
  }
  put(block);
  codeCount++;
}

function put(block: usize): void {
  const base = load<usize>(cells);
  let i = load<u32>(block, CODE_HASH) & cellMask;
  while (load<usize>(base + (i << 2)) != 0) i = (i + 1) & cellMask;
  store<usize>(base + (i << 2), block);
}

/** Bitmap of the code's jump destinations, one bit for each byte; made at the first call. */
export function jumpsOf(block: usize): usize {
  const known = load<usize>(block, CODE_BITMAP);
  if (known != 0) return known;
  const length = load<u32>(block, CODE_LENGTH);
  const code = block + CODE_START;
  const bitmap = code + length + PADDING;
  memory.fill(bitmap, 0, (length >> 3) + 1);
  for (let i: u32 = 0; i < length; i++) {
    const op = <u32>load<u8>(code + i);
    if (op == 0x5b) store<u8>(bitmap + (i >> 3), load<u8>(bitmap + (i >> 3)) | (<u8>1 << <u8>(i & 7)));
    else if (op - 0x60 < 32) i += op - 0x5f;
  }
  store<usize>(block, bitmap, CODE_BITMAP);
  return bitmap;
}
