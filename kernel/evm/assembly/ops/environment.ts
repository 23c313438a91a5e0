import {
  ACCOUNT_BALANCE,
  ACCOUNT_CODE_HASH,
  CODE_LENGTH,
  ENV_BLOB_COUNT,
  ENV_BLOB_HASHES,
  ENV_BYTES,
  ENV_NUMBER,
  FRAME_CODE,
  FRAME_INPUT,
  FRAME_INPUT_BYTES,
  FRAME_SELF,
  HALT_OUT_OF_GAS,
} from "../layout";
import { arena, expand, frame, mem, memSize, rangeEnd } from "../frames/machine";
import { blockHash } from "../host";
import { keccak256 } from "../keccak";
import { accountAt, accountOfWord, isEmpty } from "../tables/accounts";
import { codeOf } from "../tables/codes";
import { copy, loadBE, setU64 } from "../word/bytes";
import { coldGas } from "./access";
import { copyIn, payForCopy } from "./copies";

/** The environment: ENV_BYTES bytes that the driver fills at the start of a block and of a transaction. */
export const ENV = memory.data(ENV_BYTES, 16);
const bytes = memory.data(32, 8);

/** BALANCE, EXTCODESIZE and EXTCODEHASH of the account at `word`, which the result replaces. */
export function lookAt(op: u32, word: usize, gas: i64): i64 {
  const account = accountOfWord(word);
  const left = gas - coldGas(account);
  if (left < 0) return -HALT_OUT_OF_GAS;
  if (op == 0x31) copy(word, accountAt(account) + ACCOUNT_BALANCE);
  else if (op == 0x3b) setU64(word, load<u32>(codeOf(account), CODE_LENGTH));
  else if (isEmpty(account)) setU64(word, 0);
  else loadBE(word, accountAt(account) + ACCOUNT_CODE_HASH);
  return left;
}

/** CALLDATALOAD: zeros behind the end. */
export function callDataLoad(word: usize): void {
  const size = load<u32>(frame, FRAME_INPUT_BYTES);
  const from = load<u64>(word);
  if ((load<u64>(word, 8) | load<u64>(word, 16) | load<u64>(word, 24)) != 0 || from >= size) {
    setU64(word, 0);
    return;
  }
  const source = load<usize>(arena) + load<u32>(frame, FRAME_INPUT) + <usize>from;
  const there = size - <u32>from;
  if (there >= 32) {
    loadBE(word, source);
    return;
  }
  setU64(bytes, 0);
  memory.copy(bytes, source, there);
  loadBE(word, bytes);
}

/** CALLDATACOPY: target, source and length are the three words from `sp` down. Gas that is left, or minus the halt. */
export function callDataCopy(sp: usize, gas: i64): i64 {
  const left = payForCopy(gas, sp, sp - 64);
  const source = load<usize>(arena) + load<u32>(frame, FRAME_INPUT);
  if (left >= 0) copyIn(sp, sp - 32, sp - 64, source, load<u32>(frame, FRAME_INPUT_BYTES));
  return left;
}

/** CODECOPY of the running code, which begins at `code`; words and result as in `callDataCopy`. */
export function codeCopy(sp: usize, gas: i64, code: usize): i64 {
  const left = payForCopy(gas, sp, sp - 64);
  if (left >= 0) copyIn(sp, sp - 32, sp - 64, code, load<u32>(load<usize>(frame, FRAME_CODE), CODE_LENGTH));
  return left;
}

/** KECCAK256 of a range of memory; the result replaces the lower word. */
export function keccak(sp: usize, gas: i64): i64 {
  const end = rangeEnd(sp, sp - 32);
  if (end == u64.MAX_VALUE) return expand(gas, end);
  const length = end == 0 ? 0 : load<u32>(sp - 32);
  let left = gas - 6 * <i64>((length + 31) >> 5);
  if (left < 0) return -HALT_OUT_OF_GAS;
  if (end > memSize) {
    left = expand(left, end);
    if (left < 0) return left;
  }
  keccak256(end == 0 ? 0 : mem + load<u32>(sp), length, bytes);
  loadBE(sp - 32, bytes);
  return left;
}

/** Hashes of the last 256 blocks as far as they were asked for: number plus one, and the word. */
const hashNumbers = memory.data(2048, 8);
const hashWords = memory.data(8192, 8);

/** Forgets the hashes: another block runs. */
export function clearBlockHashes(): void {
  memory.fill(hashNumbers, 0, 2048);
}

/** BLOCKHASH: 0 outside the last 256 blocks. The host is asked once per block, because the price is that of a look. */
export function blockHashOf(word: usize): void {
  const number = load<u64>(word);
  const current = load<u64>(ENV, ENV_NUMBER);
  const high = load<u64>(word, 8) | load<u64>(word, 16) | load<u64>(word, 24);
  if (high != 0 || number >= current || current - number > 256) {
    setU64(word, 0);
    return;
  }
  const i = <usize>number & 255;
  const known = hashWords + (i << 5);
  if (load<u64>(hashNumbers + (i << 3)) != number + 1) {
    if (!blockHash(number, known)) setU64(known, 0);
    store<u64>(hashNumbers + (i << 3), number + 1);
  }
  copy(word, known);
}

/** BLOBHASH (EIP-4844). */
export function blobHash(word: usize): void {
  const i = load<u64>(word);
  const high = load<u64>(word, 8) | load<u64>(word, 16) | load<u64>(word, 24);
  if (high != 0 || i >= load<u64>(ENV, ENV_BLOB_COUNT)) setU64(word, 0);
  else copy(word, ENV + ENV_BLOB_HASHES + (<usize>i << 5));
}

/** SELFBALANCE. */
export function selfBalance(word: usize): void {
  copy(word, accountAt(load<u32>(frame, FRAME_SELF)) + ACCOUNT_BALANCE);
}
