import { FORK_OSAKA } from "./layout";

/**
 * One u64 for each opcode: static gas, bytes of stack it needs, bytes of stack it may find, sixteen bits each. An
 * opcode that the fork does not know needs more stack than there is.
 */
export const OPCODES = memory.data(2048, 8);
/** Entry of an opcode that the fork does not know: it needs 65,535 bytes and may find none. */
export const UNDEFINED: u64 = 0xffff0000;

/** Fills the table for a fork. */
export function initOpcodes(fork: i32): void {
  for (let i: usize = 0; i < 256; i++) store<u64>(OPCODES + (i << 3), UNDEFINED);
  arithmetic(fork);
  environment();
  flow();
  for (let i = 0x5f; i <= 0x7f; i++) set(i, i == 0x5f ? 2 : 3, 0, 1);
  for (let i = 0; i < 16; i++) set(0x80 + i, 3, i + 1, i + 2);
  for (let i = 0; i < 16; i++) set(0x90 + i, 3, i + 2, i + 2);
  for (let i = 0; i < 5; i++) set(0xa0 + i, 375 + 375 * i, i + 2, 0);
}

function set(op: i32, gas: u64, takes: i32, puts: i32): void {
  const grows = puts > takes ? puts - takes : 0;
  store<u64>(OPCODES + (op << 3), gas | (<u64>takes << 21) | (<u64>(1024 - grows) << 37));
}

function arithmetic(fork: i32): void {
  set(0x01, 3, 2, 1); // ADD
  set(0x02, 5, 2, 1); // MUL
  set(0x03, 3, 2, 1); // SUB
  for (let i = 0x04; i <= 0x07; i++) set(i, 5, 2, 1); // DIV, SDIV, MOD, SMOD
  set(0x08, 8, 3, 1); // ADDMOD
  set(0x09, 8, 3, 1); // MULMOD
  set(0x0a, 10, 2, 1); // EXP
  set(0x0b, 5, 2, 1); // SIGNEXTEND
  for (let i = 0x10; i <= 0x1d; i++) set(i, 3, 2, 1); // LT .. SAR
  set(0x15, 3, 1, 1); // ISZERO
  set(0x19, 3, 1, 1); // NOT
  if (fork >= FORK_OSAKA) set(0x1e, 5, 1, 1); // CLZ
  set(0x20, 30, 2, 1); // KECCAK256
}

function environment(): void {
  set(0x30, 2, 0, 1); // ADDRESS
  set(0x31, 100, 1, 1); // BALANCE
  for (let i = 0x32; i <= 0x34; i++) set(i, 2, 0, 1); // ORIGIN, CALLER, CALLVALUE
  set(0x35, 3, 1, 1); // CALLDATALOAD
  set(0x36, 2, 0, 1); // CALLDATASIZE
  set(0x37, 3, 3, 0); // CALLDATACOPY
  set(0x38, 2, 0, 1); // CODESIZE
  set(0x39, 3, 3, 0); // CODECOPY
  set(0x3a, 2, 0, 1); // GASPRICE
  set(0x3b, 100, 1, 1); // EXTCODESIZE
  set(0x3c, 100, 4, 0); // EXTCODECOPY
  set(0x3d, 2, 0, 1); // RETURNDATASIZE
  set(0x3e, 3, 3, 0); // RETURNDATACOPY
  set(0x3f, 100, 1, 1); // EXTCODEHASH
  set(0x40, 20, 1, 1); // BLOCKHASH
  for (let i = 0x41; i <= 0x46; i++) set(i, 2, 0, 1); // COINBASE .. CHAINID
  set(0x47, 5, 0, 1); // SELFBALANCE
  set(0x48, 2, 0, 1); // BASEFEE
  set(0x49, 3, 1, 1); // BLOBHASH
  set(0x4a, 2, 0, 1); // BLOBBASEFEE
}

function flow(): void {
  set(0x00, 0, 0, 0); // STOP
  set(0x50, 2, 1, 0); // POP
  set(0x51, 3, 1, 1); // MLOAD
  set(0x52, 3, 2, 0); // MSTORE
  set(0x53, 3, 2, 0); // MSTORE8
  set(0x54, 0, 1, 1); // SLOAD
  set(0x55, 0, 2, 0); // SSTORE
  set(0x56, 8, 1, 0); // JUMP
  set(0x57, 10, 2, 0); // JUMPI
  set(0x58, 2, 0, 1); // PC
  set(0x59, 2, 0, 1); // MSIZE
  set(0x5a, 2, 0, 1); // GAS
  set(0x5b, 1, 0, 0); // JUMPDEST
  set(0x5c, 100, 1, 1); // TLOAD
  set(0x5d, 100, 2, 0); // TSTORE
  set(0x5e, 3, 3, 0); // MCOPY
  set(0xf0, 32000, 3, 1); // CREATE
  set(0xf1, 100, 7, 1); // CALL
  set(0xf2, 100, 7, 1); // CALLCODE
  set(0xf3, 0, 2, 0); // RETURN
  set(0xf4, 100, 6, 1); // DELEGATECALL
  set(0xf5, 32000, 4, 1); // CREATE2
  set(0xfa, 100, 6, 1); // STATICCALL
  set(0xfd, 0, 2, 0); // REVERT
  set(0xff, 5000, 1, 0); // SELFDESTRUCT
}
