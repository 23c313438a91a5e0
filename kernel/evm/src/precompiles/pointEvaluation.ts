import { bls12381, sha256 } from "@polis/crypto";
import type { Precompile } from "./types.ts";

/** Field elements of a blob, then the order of the scalar field. */
const output = Uint8Array.fromHex(
  "000000000000000000000000000000000000000000000000000000000000100073eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001",
);

/** 0x0a: proves the value of a blob's polynomial at a point (EIP-4844): versioned hash, z, y, commitment, proof. */
export const pointEvaluation: Precompile = {
  gas: () => 50_000n,
  run(input) {
    if (input.length !== 192) return undefined;
    const commitment = input.subarray(96, 144);
    const hash = sha256(commitment);
    if (input[0] !== 1) return undefined;
    for (let i = 1; i < 32; i++) if (input[i] !== hash[i]) return undefined;
    const isOpened = bls12381.verifyOpening(
      commitment,
      input.subarray(32, 64),
      input.subarray(64, 96),
      input.subarray(144, 192),
    );
    return isOpened ? output.slice() : undefined;
  },
};
