/**
 * What the traced build has done since it was made: for each opcode sixteen counters, the first for how often it ran,
 * the others for how often it ended its frame with the halt of that number. Fuzzers steer by it, because they cannot
 * see into WebAssembly.
 */
const counters = memory.data(16384, 8);

/** Counts an opcode that runs (HALT_NONE) or that ended its frame. */
export function count(op: u32, halt: i32): void {
  const at = counters + (op << 6) + (halt << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/** Pointer to the counters: 256 opcodes times sixteen u32, 16,384 bytes. */
export function coverageAt(): usize {
  return counters;
}
