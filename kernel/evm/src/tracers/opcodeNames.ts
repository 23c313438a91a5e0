/** Runs of neighbouring opcodes: the first one's byte and the names. */
const runs: readonly (readonly [number, string])[] = [
  [0x00, "STOP ADD MUL SUB DIV SDIV MOD SMOD ADDMOD MULMOD EXP SIGNEXTEND"],
  [0x10, "LT GT SLT SGT EQ ISZERO AND OR XOR NOT BYTE SHL SHR SAR CLZ"],
  [0x20, "KECCAK256"],
  [
    0x30,
    "ADDRESS BALANCE ORIGIN CALLER CALLVALUE CALLDATALOAD CALLDATASIZE CALLDATACOPY CODESIZE CODECOPY GASPRICE EXTCODESIZE EXTCODECOPY RETURNDATASIZE RETURNDATACOPY EXTCODEHASH",
  ],
  [0x40, "BLOCKHASH COINBASE TIMESTAMP NUMBER PREVRANDAO GASLIMIT CHAINID SELFBALANCE BASEFEE BLOBHASH BLOBBASEFEE"],
  [0x50, "POP MLOAD MSTORE MSTORE8 SLOAD SSTORE JUMP JUMPI PC MSIZE GAS JUMPDEST TLOAD TSTORE MCOPY PUSH0"],
  [0xf0, "CREATE CALL CALLCODE RETURN DELEGATECALL CREATE2"],
  [0xfa, "STATICCALL"],
  [0xfd, "REVERT INVALID SELFDESTRUCT"],
];

/** Families whose names are numbered: first byte, prefix, first and last number. */
const families: readonly (readonly [number, string, number, number])[] = [
  [0x60, "PUSH", 1, 32],
  [0x80, "DUP", 1, 16],
  [0x90, "SWAP", 1, 16],
  [0xa0, "LOG", 0, 4],
];

const names: readonly string[] = table();

/**
 * Name of an instruction; bytes that are none get geth's words for them.
 * @param op 0..255
 * @example opcodeName(0x60) // "PUSH1"
 */
export function opcodeName(op: number): string {
  return names[op]!;
}

function table(): readonly string[] {
  const all = Array.from({ length: 256 }, (_, op) => `opcode 0x${op.toString(16)} not defined`);
  for (const [first, text] of runs) for (const [i, name] of text.split(" ").entries()) all[first + i] = name;
  for (const [op, prefix, low, high] of families) {
    for (let number = low; number <= high; number++) all[op + number - low] = `${prefix}${number}`;
  }
  return all;
}
