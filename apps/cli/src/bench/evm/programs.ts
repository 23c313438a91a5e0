/** A program that runs for a known number of rounds. */
export interface Program {
  readonly name: string;
  readonly code: Uint8Array;
  readonly rounds: number;
  /** Lower goal in multiples of the speed of `@ethereumjs/evm`. */
  readonly timesEthereumjs: number;
}

/** The contract that the call-heavy program calls: it returns 32 bytes that it read from its input. */
export const callee = { address: "ca11ee0000000000000000000000000000000001", code: bytes("5f355f5260205ff3") } as const;

/** Where every program lives. */
export const programAddress = "be0c00000000000000000000000000000000be0c";

/**
 * The programs of the benchmark. Each counts a word on the stack down to zero; the body before the count is what is
 * measured.
 * @param scale 1 for the published run; smaller for a quick look
 */
export function programs(scale = 1): readonly Program[] {
  const rounds = (full: number) => Math.max(1, Math.floor(full * scale));
  return [
    loop("opcode loop", rounds(4_000_000), "", 20),
    // keccak of 64 bytes, as every mapping of Solidity needs it; the hash is stored so that each round differs.
    loop("keccak-heavy", rounds(200_000), "60405f20 5f52", 5),
    // A word is written and read at an offset that follows the counter, and 1 KiB is copied.
    loop("memory-heavy", rounds(200_000), "80617fe016 818152 5150 6104005f6180005e", 5),
    // One of 256 slots is read, increased and written.
    loop("storage-heavy", rounds(100_000), "8060ff16 8054 600101 9055", 5),
    // STATICCALL with 32 bytes of input and of output.
    loop("call-heavy", rounds(50_000), `60205f60205f 73${callee.address} 5afa50`, 5),
  ];
}

/** PUSH4 rounds, JUMPDEST, body, PUSH1 1, SWAP1, SUB, DUP1, PUSH1 5, JUMPI, STOP. */
function loop(name: string, rounds: number, body: string, timesEthereumjs: number): Program {
  const count = rounds.toString(16).padStart(8, "0");
  return { name, rounds, timesEthereumjs, code: bytes(`63${count}5b${body.replaceAll(" ", "")}600190038060055700`) };
}

function bytes(hex: string): Uint8Array {
  return Uint8Array.fromHex(hex);
}
