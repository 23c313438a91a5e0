import {
  ACCOUNT_BALANCE,
  ACCOUNT_FLAGS,
  ACCOUNT_NONCE,
  CODE_START,
  FLAG_CREATED,
  FLAG_HAS_CODE,
  FLAG_HAS_STORAGE,
  FRAME_DEPTH,
  FRAME_IS_STATIC,
  FRAME_SELF,
  FRAME_VALUE,
  HALT_BALANCE,
  HALT_COLLISION,
  HALT_DEPTH,
  HALT_NONCE_OVERFLOW,
  HALT_OUT_OF_GAS,
  HALT_STATIC_WRITE,
  KIND_CREATE2,
} from "../layout";
import { moveValue, openFrame, startCode } from "../frames/enter";
import { finish } from "../frames/finish";
import { expand, frame, mem, memSize, rangeEnd } from "../frames/machine";
import { keccak256 } from "../keccak";
import { accountAt, addFlags, findAccount, see, setNonce, storeAddress, touch, warm } from "../tables/accounts";
import { emptyCode, newCode } from "../tables/codes";
import { lt } from "../word/compare";
import { storeBE } from "../word/bytes";
import { suspend } from "./call";

const preimage = memory.data(96, 8);
const hash = memory.data(32, 8);
const MAX_INIT_CODE_BYTES: u64 = 49152;

/**
 * CREATE and CREATE2: pays, suspends the frame and opens the next. Arguments and result as `call`.
 */
export function create(kind: u32, pc: u32, sp: usize, gasBefore: i64): i64 {
  let gas = gasBefore;
  if (load<u32>(frame, FRAME_IS_STATIC) != 0) return -HALT_STATIC_WRITE;
  const end = rangeEnd(sp - 32, sp - 64);
  const length = end == 0 ? 0 : load<u64>(sp - 64);
  if (end == u64.MAX_VALUE || length > MAX_INIT_CODE_BYTES) return -HALT_OUT_OF_GAS;
  gas -= <i64>((length + 31) >> 5) * (kind == KIND_CREATE2 ? 8 : 2);
  if (gas < 0) return -HALT_OUT_OF_GAS;
  if (end > memSize) {
    gas = expand(gas, end);
    if (gas < 0) return gas;
  }
  const code = length == 0 ? 0 : mem + load<u32>(sp - 32);
  const self = load<u32>(frame, FRAME_SELF);
  const childGas = gas - (gas >> 6);
  const nonce = load<u64>(accountAt(self), ACCOUNT_NONCE);
  const created =
    kind == KIND_CREATE2 ? saltedAddress(self, sp - 96, code, <u32>length) : numberedAddress(self, nonce);
  let halt = 0;
  if (load<u32>(frame, FRAME_DEPTH) >= 1024) halt = HALT_DEPTH;
  else if (lt(accountAt(self) + ACCOUNT_BALANCE, sp)) halt = HALT_BALANCE;
  else if (nonce == u64.MAX_VALUE) halt = HALT_NONCE_OVERFLOW;
  suspend(pc, kind == KIND_CREATE2 ? sp - 128 : sp - 96, gas - childGas);
  // The address stays warm and the nonce raised also when the new frame fails, but not when it may not even begin.
  if (halt == 0) {
    warm(created);
    if (TRACE) see(created);
    setNonce(self, nonce + 1);
  }
  const block = newCode(<u32>length);
  memory.copy(block + CODE_START, code, <usize>length);
  openFrame(kind, created, self, created, sp, childGas, false, 0, 0, 0, 0, block);
  if (halt != 0) finish(halt, 0, 0);
  else enterCreate(block);
  return 0;
}

/** Begins the frame that `openFrame` made for a creation. */
export function enterCreate(block: usize): void {
  const self = load<u32>(frame, FRAME_SELF);
  const entry = accountAt(self);
  // EIP-684 and EIP-7610: nothing may be there but a balance.
  if ((load<u32>(entry, ACCOUNT_FLAGS) & (FLAG_HAS_CODE | FLAG_HAS_STORAGE)) != 0 || load<u64>(entry, ACCOUNT_NONCE) != 0)
    return finish(HALT_COLLISION, 0, 0);
  addFlags(self, FLAG_CREATED);
  setNonce(self, 1);
  if (!moveValue()) return finish(HALT_BALANCE, 0, 0);
  startCode(block);
}

/** Address of a contract made with CREATE: the end of keccak(rlp([sender, nonce])). */
export function numberedAddress(self: u32, nonce: u64): u32 {
  let bytes: u32 = 0;
  if (nonce >= 0x80) {
    bytes = 8 - (<u32>i64.clz(nonce) >> 3);
    store<u8>(preimage, 0x80 + bytes, 22);
    for (let i: u32 = 0; i < bytes; i++) store<u8>(preimage + 23 + i, <u8>(nonce >> ((bytes - 1 - i) << 3)));
  } else store<u8>(preimage, nonce == 0 ? 0x80 : <u8>nonce, 22);
  store<u8>(preimage, 0xc0 + 22 + bytes);
  store<u8>(preimage, 0x94, 1);
  storeAddress(preimage + 2, self);
  return hashedAccount(23 + bytes);
}

/** EIP-1014: the end of keccak(0xff, sender, salt, keccak(init code)). */
function saltedAddress(self: u32, salt: usize, code: usize, length: u32): u32 {
  store<u8>(preimage, 0xff);
  storeAddress(preimage + 1, self);
  storeBE(preimage + 21, salt);
  keccak256(code, length, preimage + 53);
  return hashedAccount(85);
}

function hashedAccount(length: u32): u32 {
  keccak256(preimage, length, hash);
  return findAccount(
    bswap<u64>(load<u64>(hash, 24)),
    bswap<u64>(load<u64>(hash, 16)),
    bswap<u32>(load<u32>(hash, 12)),
  );
}
