import { ed25519, proveVrf, verifyVrf } from "@polis/crypto";
import { round, timeIt } from "../timeIt.ts";
import type { Benchmark } from "../types.ts";

const MAX_VERIFY_US = 400;

/** The verifiable random function, which every block needs once (kratos-core 6.6), beside the signature of its header. */
export const kratosVrf: Benchmark = {
  name: "kratos-vrf",
  run: async ({ quick }) => {
    const ms = quick ? 200 : 2_000;
    const secret = new Uint8Array(32).fill(7);
    const publicKey = ed25519.publicKey(secret);
    const input = new Uint8Array(60).fill(1);
    const { proof } = proveVrf(secret, input);
    const signature = ed25519.sign(input, secret);
    const proveUs = timeIt(() => proveVrf(secret, input), ms);
    const verifyUs = timeIt(() => verifyVrf(publicKey, input, proof), ms);
    const ed25519Us = timeIt(() => ed25519.verify(input, signature, publicKey), ms);
    return [
      {
        name: "VRF of a block (RFC 9381)",
        goal: "verify in at most 0.4 ms",
        measured: {
          ...{ "prove us": round(proveUs), "verify us": round(verifyUs), "Ed25519 check us": round(ed25519Us) },
          "verify / Ed25519 check": round(verifyUs / ed25519Us),
        },
        met: verifyUs <= MAX_VERIFY_US,
      },
    ];
  },
};
