import { p256 } from "@polis/crypto";
import { truth } from "./truth.ts";
import type { Precompile } from "./types.ts";

const nothing = new Uint8Array(0);

/** 0x100: checks a P-256 signature (EIP-7951): digest, r, s, x, y. The word 1 when it is right, else nothing. */
export const p256Verify: Precompile = {
  gas: () => 6900n,
  run(input) {
    if (input.length !== 160) return nothing;
    const isRight = p256.verifyAnyS(input.slice(0, 32), input.slice(32, 96), input.slice(96, 160));
    return isRight ? truth(true) : nothing;
  },
};
