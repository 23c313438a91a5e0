import { keccak256, secp256k1 } from "@polis/crypto";
import { padded } from "./padded.ts";
import type { Precompile } from "./types.ts";

const nothing = new Uint8Array(0);

/** 0x01: the address that signed a digest, left-padded to a word; nothing when there is none (Yellow Paper, appendix E). */
export const ecrecover: Precompile = {
  gas: () => 3000n,
  run(input) {
    const call = padded(input, 0, 128);
    for (let i = 32; i < 63; i++) if (call[i] !== 0) return nothing;
    const v = call[63]!;
    if (v !== 27 && v !== 28) return nothing;
    const publicKey = secp256k1.recoverAnyS(call.slice(0, 32), call.slice(64, 128), v - 27);
    if (publicKey === undefined) return nothing;
    const output = keccak256(publicKey).slice();
    return output.fill(0, 0, 12);
  },
};
