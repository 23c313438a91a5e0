import { ripemd160, sha256 } from "@polis/crypto";
import { words } from "./padded.ts";
import type { Precompile } from "./types.ts";

/** 0x02: SHA-256. */
export const sha256Precompile: Precompile = {
  gas: (input) => 60n + 12n * words(input.length),
  run: (input) => sha256(input),
};

/** 0x03: RIPEMD-160, left-padded to a word. */
export const ripemd160Precompile: Precompile = {
  gas: (input) => 600n + 120n * words(input.length),
  run(input) {
    const output = new Uint8Array(32);
    output.set(ripemd160(input), 12);
    return output;
  },
};

/** 0x04: a copy. */
export const identity: Precompile = {
  gas: (input) => 15n + 3n * words(input.length),
  run: (input) => input.slice(),
};
