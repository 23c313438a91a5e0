import {
  CODE_LENGTH,
  CODE_START,
  ENV_BASE_FEE,
  ENV_BLOB_BASE_FEE,
  ENV_CHAIN_ID,
  ENV_COINBASE,
  ENV_GAS_LIMIT,
  ENV_GAS_PRICE,
  ENV_NUMBER,
  ENV_ORIGIN,
  ENV_PREV_RANDAO,
  ENV_TIMESTAMP,
  FRAME_CALLER,
  FRAME_CODE,
  FRAME_GAS,
  FRAME_INPUT_BYTES,
  FRAME_PC,
  FRAME_SELF,
  FRAME_STACK,
  FRAME_STACK_BYTES,
  FRAME_VALUE,
  HALT_BALANCE,
  HALT_INVALID_JUMP,
  HALT_INVALID_OPCODE,
  HALT_NONE,
  HALT_OUT_OF_GAS,
  HALT_REVERT,
  HALT_STACK_OVERFLOW,
  HALT_STACK_UNDERFLOW,
  STATUS_AGAIN,
  STATUS_RUNNING,
  KIND_CALL,
  KIND_CALLCODE,
  KIND_CREATE,
  KIND_CREATE2,
  KIND_DELEGATECALL,
  KIND_STATICCALL,
} from "./layout";
import { count } from "./coverage";
import { finish } from "./frames/finish";
import { expand, frame, mem, memSize, rangeEnd, returnSize, stackRegion, status, wordEnd } from "./frames/machine";
import { onStep } from "./host";
import { OPCODES, UNDEFINED } from "./opcodes";
import { stepping } from "./rules";
import { call, suspend } from "./ops/call";
import { extCodeCopy, mcopy, returnDataCopy } from "./ops/copies";
import { create } from "./ops/create";
import {
  ENV,
  blobHash,
  blockHashOf,
  callDataCopy,
  callDataLoad,
  codeCopy,
  keccak,
  lookAt,
  selfBalance,
} from "./ops/environment";
import { log } from "./ops/log";
import { selfdestruct } from "./ops/selfdestruct";
import { sload, sstore, tload, tstore } from "./ops/storage";
import { addressWord } from "./tables/accounts";
import { jumpsOf } from "./tables/codes";
import { byte, clz } from "./word/bits";
import { byteLength, copy, fitsU64, loadBE, setU64, storeBE } from "./word/bytes";
import { lt, slt } from "./word/compare";
import { div, mod } from "./word/divide";
import { exp } from "./word/exp";
import { addmod, mulmod } from "./word/modular";
import { mul } from "./word/multiply";
import { sar, shl, shr } from "./word/shift";
import { sdiv, signextend, smod } from "./word/signed";

/** The instruction has opened another frame. */
const SWITCHED: i32 = -1;
/** Jumps until `interpret` returns once, so that a long loop moves into the better compiled code when it is ready. */
const JUMPS_PER_TURN: i32 = 1 << 17;

/**
 * Runs from the running frame until frame 0 has ended or the driver is needed.
 * @returns STATUS_DONE, STATUS_NATIVE_START, STATUS_NATIVE_RESUME, or STATUS_AGAIN after many jumps
 */
export function interpret(): i32 {
  let fuel = JUMPS_PER_TURN;
  while (status == STATUS_RUNNING) {
    // Entering a frame: what it keeps in its record moves into locals.
    const block = load<usize>(frame, FRAME_CODE);
    const code = block + CODE_START;
    const length = load<u32>(block, CODE_LENGTH);
    const jumps = jumpsOf(block);
    const floor = load<usize>(stackRegion) + load<u32>(frame, FRAME_STACK) - 32;
    let pc = code + load<u32>(frame, FRAME_PC);
    let sp = floor + load<u32>(frame, FRAME_STACK_BYTES);
    let gas = load<i64>(frame, FRAME_GAS);
    let halt: i32 = HALT_NONE;
    let outFrom: usize = 0;
    let outBytes: u32 = 0;
    let last: u32 = 0;
    while (true) {
      if (TRACE) {
        if (stepping) {
          suspend(<u32>(pc - code), sp, gas);
          onStep();
        }
      }
      const op = <u32>load<u8>(pc);
      if (TRACE) {
        last = op;
        count(op, HALT_NONE);
      }
      const info = load<u64>(OPCODES + (op << 3));
      const height = <u32>(sp - floor);
      gas -= <i64>(info & 0xffff);
      if (<i32>(gas < 0) | <i32>(height < (<u32>info >> 16)) | <i32>(height > <u32>(info >> 32))) {
        if (info == UNDEFINED) halt = HALT_INVALID_OPCODE;
        else if (height < (<u32>info >> 16)) halt = HALT_STACK_UNDERFLOW;
        else if (height > <u32>(info >> 32)) halt = HALT_STACK_OVERFLOW;
        else halt = HALT_OUT_OF_GAS;
        break;
      }
      switch (op) {
        case 0x00: {
          halt = HALT_NONE;
          break;
        }
        case 0x01: {
          const b = sp - 32;
          const a0 = load<u64>(b);
          const a1 = load<u64>(b, 8);
          const a2 = load<u64>(b, 16);
          const r0 = a0 + load<u64>(b, 32);
          let carry = u64(r0 < a0);
          const s1 = a1 + load<u64>(b, 40);
          const r1 = s1 + carry;
          carry = u64(s1 < a1) | u64(r1 < s1);
          const s2 = a2 + load<u64>(b, 48);
          const r2 = s2 + carry;
          carry = u64(s2 < a2) | u64(r2 < s2);
          store<u64>(b, r0);
          store<u64>(b, r1, 8);
          store<u64>(b, r2, 16);
          store<u64>(b, load<u64>(b, 24) + load<u64>(b, 56) + carry, 24);
          sp = b;
          pc++;
          continue;
        }
        case 0x02: {
          mul(sp - 32, sp, sp - 32);
          sp -= 32;
          pc++;
          continue;
        }
        case 0x03: {
          const b = sp - 32;
          const a0 = load<u64>(b, 32);
          const a1 = load<u64>(b, 40);
          const a2 = load<u64>(b, 48);
          const b0 = load<u64>(b);
          const b1 = load<u64>(b, 8);
          const b2 = load<u64>(b, 16);
          let borrow = u64(a0 < b0);
          const d1 = a1 - b1;
          const r1 = d1 - borrow;
          borrow = u64(a1 < b1) | u64(d1 < borrow);
          const d2 = a2 - b2;
          const r2 = d2 - borrow;
          borrow = u64(a2 < b2) | u64(d2 < borrow);
          store<u64>(b, a0 - b0);
          store<u64>(b, r1, 8);
          store<u64>(b, r2, 16);
          store<u64>(b, load<u64>(b, 56) - load<u64>(b, 24) - borrow, 24);
          sp = b;
          pc++;
          continue;
        }
        case 0x04: {
          div(sp - 32, sp, sp - 32);
          sp -= 32;
          pc++;
          continue;
        }
        case 0x05: {
          sdiv(sp - 32, sp, sp - 32);
          sp -= 32;
          pc++;
          continue;
        }
        case 0x06: {
          mod(sp - 32, sp, sp - 32);
          sp -= 32;
          pc++;
          continue;
        }
        case 0x07: {
          smod(sp - 32, sp, sp - 32);
          sp -= 32;
          pc++;
          continue;
        }
        case 0x08: {
          addmod(sp - 64, sp, sp - 32, sp - 64);
          sp -= 64;
          pc++;
          continue;
        }
        case 0x09: {
          mulmod(sp - 64, sp, sp - 32, sp - 64);
          sp -= 64;
          pc++;
          continue;
        }
        case 0x0a: {
          gas -= 50 * <i64>byteLength(sp - 32);
          if (gas < 0) {
            halt = HALT_OUT_OF_GAS;
            break;
          }
          exp(sp - 32, sp, sp - 32);
          sp -= 32;
          pc++;
          continue;
        }
        case 0x0b: {
          signextend(sp - 32, sp, sp - 32);
          sp -= 32;
          pc++;
          continue;
        }
        case 0x10: {
          const b = sp - 32;
          const less = lt(sp, b);
          store<u64>(b, u64(less));
          store<u64>(b, 0, 8);
          store<u64>(b, 0, 16);
          store<u64>(b, 0, 24);
          sp = b;
          pc++;
          continue;
        }
        case 0x11: {
          const b = sp - 32;
          const less = lt(b, sp);
          store<u64>(b, u64(less));
          store<u64>(b, 0, 8);
          store<u64>(b, 0, 16);
          store<u64>(b, 0, 24);
          sp = b;
          pc++;
          continue;
        }
        case 0x12: {
          const b = sp - 32;
          const less = slt(sp, b);
          store<u64>(b, u64(less));
          store<u64>(b, 0, 8);
          store<u64>(b, 0, 16);
          store<u64>(b, 0, 24);
          sp = b;
          pc++;
          continue;
        }
        case 0x13: {
          const b = sp - 32;
          const less = slt(b, sp);
          store<u64>(b, u64(less));
          store<u64>(b, 0, 8);
          store<u64>(b, 0, 16);
          store<u64>(b, 0, 24);
          sp = b;
          pc++;
          continue;
        }
        case 0x14: {
          const b = sp - 32;
          const differ =
            (load<u64>(b) ^ load<u64>(b, 32)) |
            (load<u64>(b, 8) ^ load<u64>(b, 40)) |
            (load<u64>(b, 16) ^ load<u64>(b, 48)) |
            (load<u64>(b, 24) ^ load<u64>(b, 56));
          store<u64>(b, u64(differ == 0));
          store<u64>(b, 0, 8);
          store<u64>(b, 0, 16);
          store<u64>(b, 0, 24);
          sp = b;
          pc++;
          continue;
        }
        case 0x15: {
          const any = load<u64>(sp) | load<u64>(sp, 8) | load<u64>(sp, 16) | load<u64>(sp, 24);
          store<u64>(sp, u64(any == 0));
          store<u64>(sp, 0, 8);
          store<u64>(sp, 0, 16);
          store<u64>(sp, 0, 24);
          pc++;
          continue;
        }
        case 0x16: {
          const b = sp - 32;
          store<u64>(b, load<u64>(b) & load<u64>(b, 32));
          store<u64>(b, load<u64>(b, 8) & load<u64>(b, 40), 8);
          store<u64>(b, load<u64>(b, 16) & load<u64>(b, 48), 16);
          store<u64>(b, load<u64>(b, 24) & load<u64>(b, 56), 24);
          sp = b;
          pc++;
          continue;
        }
        case 0x17: {
          const b = sp - 32;
          store<u64>(b, load<u64>(b) | load<u64>(b, 32));
          store<u64>(b, load<u64>(b, 8) | load<u64>(b, 40), 8);
          store<u64>(b, load<u64>(b, 16) | load<u64>(b, 48), 16);
          store<u64>(b, load<u64>(b, 24) | load<u64>(b, 56), 24);
          sp = b;
          pc++;
          continue;
        }
        case 0x18: {
          const b = sp - 32;
          store<u64>(b, load<u64>(b) ^ load<u64>(b, 32));
          store<u64>(b, load<u64>(b, 8) ^ load<u64>(b, 40), 8);
          store<u64>(b, load<u64>(b, 16) ^ load<u64>(b, 48), 16);
          store<u64>(b, load<u64>(b, 24) ^ load<u64>(b, 56), 24);
          sp = b;
          pc++;
          continue;
        }
        case 0x19: {
          store<u64>(sp, ~load<u64>(sp));
          store<u64>(sp, ~load<u64>(sp, 8), 8);
          store<u64>(sp, ~load<u64>(sp, 16), 16);
          store<u64>(sp, ~load<u64>(sp, 24), 24);
          pc++;
          continue;
        }
        case 0x1a: {
          byte(sp - 32, sp, sp - 32);
          sp -= 32;
          pc++;
          continue;
        }
        case 0x1b: {
          shl(sp - 32, sp, sp - 32);
          sp -= 32;
          pc++;
          continue;
        }
        case 0x1c: {
          shr(sp - 32, sp, sp - 32);
          sp -= 32;
          pc++;
          continue;
        }
        case 0x1d: {
          sar(sp - 32, sp, sp - 32);
          sp -= 32;
          pc++;
          continue;
        }
        case 0x1e: {
          clz(sp, sp);
          pc++;
          continue;
        }
        case 0x20: {
          gas = keccak(sp, gas);
          if (gas < 0) {
            halt = -<i32>gas;
            break;
          }
          sp -= 32;
          pc++;
          continue;
        }
        case 0x30: {
          sp += 32;
          addressWord(sp, load<u32>(frame, FRAME_SELF));
          pc++;
          continue;
        }
        case 0x31:
        case 0x3b:
        case 0x3f: {
          gas = lookAt(op, sp, gas);
          if (gas < 0) {
            halt = -<i32>gas;
            break;
          }
          pc++;
          continue;
        }
        case 0x32: {
          sp += 32;
          copy(sp, ENV + ENV_ORIGIN);
          pc++;
          continue;
        }
        case 0x33: {
          sp += 32;
          addressWord(sp, load<u32>(frame, FRAME_CALLER));
          pc++;
          continue;
        }
        case 0x34: {
          sp += 32;
          copy(sp, frame + FRAME_VALUE);
          pc++;
          continue;
        }
        case 0x35: {
          callDataLoad(sp);
          pc++;
          continue;
        }
        case 0x36: {
          sp += 32;
          setU64(sp, load<u32>(frame, FRAME_INPUT_BYTES));
          pc++;
          continue;
        }
        case 0x37: {
          gas = callDataCopy(sp, gas);
          if (gas < 0) {
            halt = -<i32>gas;
            break;
          }
          sp -= 96;
          pc++;
          continue;
        }
        case 0x38: {
          sp += 32;
          setU64(sp, length);
          pc++;
          continue;
        }
        case 0x39: {
          gas = codeCopy(sp, gas, code);
          if (gas < 0) {
            halt = -<i32>gas;
            break;
          }
          sp -= 96;
          pc++;
          continue;
        }
        case 0x3a: {
          sp += 32;
          copy(sp, ENV + ENV_GAS_PRICE);
          pc++;
          continue;
        }
        case 0x3c: {
          gas = extCodeCopy(sp, gas);
          if (gas < 0) {
            halt = -<i32>gas;
            break;
          }
          sp -= 128;
          pc++;
          continue;
        }
        case 0x3d: {
          sp += 32;
          setU64(sp, returnSize);
          pc++;
          continue;
        }
        case 0x3e: {
          gas = returnDataCopy(sp, gas);
          if (gas < 0) {
            halt = -<i32>gas;
            break;
          }
          sp -= 96;
          pc++;
          continue;
        }
        case 0x40: {
          blockHashOf(sp);
          pc++;
          continue;
        }
        case 0x41: {
          sp += 32;
          copy(sp, ENV + ENV_COINBASE);
          pc++;
          continue;
        }
        case 0x42: {
          sp += 32;
          copy(sp, ENV + ENV_TIMESTAMP);
          pc++;
          continue;
        }
        case 0x43: {
          sp += 32;
          copy(sp, ENV + ENV_NUMBER);
          pc++;
          continue;
        }
        case 0x44: {
          sp += 32;
          copy(sp, ENV + ENV_PREV_RANDAO);
          pc++;
          continue;
        }
        case 0x45: {
          sp += 32;
          copy(sp, ENV + ENV_GAS_LIMIT);
          pc++;
          continue;
        }
        case 0x46: {
          sp += 32;
          copy(sp, ENV + ENV_CHAIN_ID);
          pc++;
          continue;
        }
        case 0x48: {
          sp += 32;
          copy(sp, ENV + ENV_BASE_FEE);
          pc++;
          continue;
        }
        case 0x4a: {
          sp += 32;
          copy(sp, ENV + ENV_BLOB_BASE_FEE);
          pc++;
          continue;
        }
        case 0x47: {
          sp += 32;
          selfBalance(sp);
          pc++;
          continue;
        }
        case 0x49: {
          blobHash(sp);
          pc++;
          continue;
        }
        case 0x50: {
          sp -= 32;
          pc++;
          continue;
        }
        case 0x51: {
          const end = wordEnd(sp, 32);
          if (end > memSize) {
            gas = expand(gas, end);
            if (gas < 0) {
              halt = -<i32>gas;
              break;
            }
          }
          loadBE(sp, mem + load<u32>(sp));
          pc++;
          continue;
        }
        case 0x52: {
          const end = wordEnd(sp, 32);
          if (end > memSize) {
            gas = expand(gas, end);
            if (gas < 0) {
              halt = -<i32>gas;
              break;
            }
          }
          storeBE(mem + load<u32>(sp), sp - 32);
          sp -= 64;
          pc++;
          continue;
        }
        case 0x53: {
          const end = wordEnd(sp, 1);
          if (end > memSize) {
            gas = expand(gas, end);
            if (gas < 0) {
              halt = -<i32>gas;
              break;
            }
          }
          store<u8>(mem + load<u32>(sp), load<u8>(sp - 32));
          sp -= 64;
          pc++;
          continue;
        }
        case 0x54: {
          gas = sload(sp, gas);
          if (gas < 0) {
            halt = -<i32>gas;
            break;
          }
          pc++;
          continue;
        }
        case 0x55: {
          gas = sstore(sp, sp - 32, gas);
          if (gas < 0) {
            halt = -<i32>gas;
            break;
          }
          sp -= 64;
          pc++;
          continue;
        }
        case 0x56: {
          const to = load<u64>(sp);
          const far = load<u64>(sp, 8) | load<u64>(sp, 16) | load<u64>(sp, 24);
          if (far != 0 || to >= length || ((load<u8>(jumps + (<usize>to >> 3)) >> (<u8>to & 7)) & 1) == 0) {
            halt = HALT_INVALID_JUMP;
            break;
          }
          sp -= 32;
          pc = code + <usize>to;
          if (--fuel < 0) {
            suspend(<u32>to, sp, gas);
            return STATUS_AGAIN;
          }
          continue;
        }
        case 0x57: {
          const b = sp - 32;
          if ((load<u64>(b) | load<u64>(b, 8) | load<u64>(b, 16) | load<u64>(b, 24)) == 0) {
            sp -= 64;
            pc++;
            continue;
          }
          const to = load<u64>(sp);
          const far = load<u64>(sp, 8) | load<u64>(sp, 16) | load<u64>(sp, 24);
          if (far != 0 || to >= length || ((load<u8>(jumps + (<usize>to >> 3)) >> (<u8>to & 7)) & 1) == 0) {
            halt = HALT_INVALID_JUMP;
            break;
          }
          sp -= 64;
          pc = code + <usize>to;
          if (--fuel < 0) {
            suspend(<u32>to, sp, gas);
            return STATUS_AGAIN;
          }
          continue;
        }
        case 0x58: {
          sp += 32;
          setU64(sp, pc - code);
          pc++;
          continue;
        }
        case 0x59: {
          sp += 32;
          setU64(sp, memSize);
          pc++;
          continue;
        }
        case 0x5a: {
          sp += 32;
          setU64(sp, gas);
          pc++;
          continue;
        }
        case 0x5b: {
          
          pc++;
          continue;
        }
        case 0x5c: {
          tload(sp);
          pc++;
          continue;
        }
        case 0x5d: {
          const failed = tstore(sp, sp - 32);
          if (failed < 0) {
            halt = -<i32>failed;
            break;
          }
          sp -= 64;
          pc++;
          continue;
        }
        case 0x5e: {
          gas = mcopy(sp, gas);
          if (gas < 0) {
            halt = -<i32>gas;
            break;
          }
          sp -= 96;
          pc++;
          continue;
        }
        case 0x5f: {
          sp += 32;
          setU64(sp, 0);
          pc++;
          continue;
        }
        case 0x60: {
          sp += 32;
          setU64(sp, load<u8>(pc, 1));
          pc += 2;
          continue;
        }
        case 0x61:
        case 0x62:
        case 0x63:
        case 0x64:
        case 0x65:
        case 0x66:
        case 0x67: {
          const n = op - 0x5f;
          sp += 32;
          setU64(sp, bswap<u64>(load<u64>(pc, 1)) >> (64 - (n << 3)));
          pc += n + 1;
          continue;
        }
        case 0x68:
        case 0x69:
        case 0x6a:
        case 0x6b:
        case 0x6c:
        case 0x6d:
        case 0x6e:
        case 0x6f: {
          const n = op - 0x5f;
          sp += 32;
          store<u64>(sp, bswap<u64>(load<u64>(pc + n - 7)));
          store<u64>(sp, bswap<u64>(load<u64>(pc, 1)) >> (128 - (n << 3)), 8);
          store<u64>(sp, 0, 16);
          store<u64>(sp, 0, 24);
          pc += n + 1;
          continue;
        }
        case 0x70:
        case 0x71:
        case 0x72:
        case 0x73:
        case 0x74:
        case 0x75:
        case 0x76:
        case 0x77: {
          const n = op - 0x5f;
          sp += 32;
          store<u64>(sp, bswap<u64>(load<u64>(pc + n - 7)));
          store<u64>(sp, bswap<u64>(load<u64>(pc + n - 15)), 8);
          store<u64>(sp, bswap<u64>(load<u64>(pc, 1)) >> (192 - (n << 3)), 16);
          store<u64>(sp, 0, 24);
          pc += n + 1;
          continue;
        }
        case 0x78:
        case 0x79:
        case 0x7a:
        case 0x7b:
        case 0x7c:
        case 0x7d:
        case 0x7e:
        case 0x7f: {
          const n = op - 0x5f;
          sp += 32;
          store<u64>(sp, bswap<u64>(load<u64>(pc + n - 7)));
          store<u64>(sp, bswap<u64>(load<u64>(pc + n - 15)), 8);
          store<u64>(sp, bswap<u64>(load<u64>(pc + n - 23)), 16);
          store<u64>(sp, bswap<u64>(load<u64>(pc, 1)) >> (256 - (n << 3)), 24);
          pc += n + 1;
          continue;
        }
        case 0x80:
        case 0x81:
        case 0x82:
        case 0x83:
        case 0x84:
        case 0x85:
        case 0x86:
        case 0x87:
        case 0x88:
        case 0x89:
        case 0x8a:
        case 0x8b:
        case 0x8c:
        case 0x8d:
        case 0x8e:
        case 0x8f: {
          const from = sp - ((op - 0x80) << 5);
          sp += 32;
          copy(sp, from);
          pc++;
          continue;
        }
        case 0x90:
        case 0x91:
        case 0x92:
        case 0x93:
        case 0x94:
        case 0x95:
        case 0x96:
        case 0x97:
        case 0x98:
        case 0x99:
        case 0x9a:
        case 0x9b:
        case 0x9c:
        case 0x9d:
        case 0x9e:
        case 0x9f: {
          const other = sp - ((op - 0x8f) << 5);
          const x0 = load<u64>(other);
          const x1 = load<u64>(other, 8);
          const x2 = load<u64>(other, 16);
          const x3 = load<u64>(other, 24);
          copy(other, sp);
          store<u64>(sp, x0);
          store<u64>(sp, x1, 8);
          store<u64>(sp, x2, 16);
          store<u64>(sp, x3, 24);
          pc++;
          continue;
        }
        case 0xa0:
        case 0xa1:
        case 0xa2:
        case 0xa3:
        case 0xa4: {
          gas = log(op - 0xa0, sp, gas);
          if (gas < 0) {
            halt = -<i32>gas;
            break;
          }
          sp -= (op - 0x9e) << 5;
          pc++;
          continue;
        }
        case 0xf0: {
          halt = -<i32>create(KIND_CREATE, <u32>(pc - code) + 1, sp, gas);
          if (halt == 0) halt = SWITCHED;
          break;
        }
        case 0xf1: {
          halt = -<i32>call(KIND_CALL, <u32>(pc - code) + 1, sp, gas);
          if (halt == 0) halt = SWITCHED;
          break;
        }
        case 0xf2: {
          halt = -<i32>call(KIND_CALLCODE, <u32>(pc - code) + 1, sp, gas);
          if (halt == 0) halt = SWITCHED;
          break;
        }
        case 0xf4: {
          halt = -<i32>call(KIND_DELEGATECALL, <u32>(pc - code) + 1, sp, gas);
          if (halt == 0) halt = SWITCHED;
          break;
        }
        case 0xf5: {
          halt = -<i32>create(KIND_CREATE2, <u32>(pc - code) + 1, sp, gas);
          if (halt == 0) halt = SWITCHED;
          break;
        }
        case 0xfa: {
          halt = -<i32>call(KIND_STATICCALL, <u32>(pc - code) + 1, sp, gas);
          if (halt == 0) halt = SWITCHED;
          break;
        }
        case 0xf3:
        case 0xfd: {
          const end = rangeEnd(sp, sp - 32);
          if (end > memSize) {
            gas = expand(gas, end);
            if (gas < 0) {
              halt = -<i32>gas;
              break;
            }
          }
          halt = op == 0xf3 ? HALT_NONE : HALT_REVERT;
          outBytes = end == 0 ? 0 : load<u32>(sp - 32);
          outFrom = end == 0 ? 0 : mem + load<u32>(sp);
          break;
        }
        case 0xff: {
          const left = selfdestruct(sp, gas);
          if (left < 0) halt = -<i32>left;
          else gas = left;
          if (halt == HALT_BALANCE) gas = load<i64>(frame, FRAME_GAS);
          break;
        }
        default:
          halt = HALT_INVALID_OPCODE;
      }
      break;
    }
    if (halt == SWITCHED) continue;
    if (TRACE) {
      if (halt != HALT_NONE) count(last, halt);
    }
    store<i64>(frame, gas < 0 ? 0 : gas, FRAME_GAS);
    finish(halt, outFrom, outBytes);
  }
  return status;
}
