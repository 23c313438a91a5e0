import { bn254 } from "@polis/crypto";
import { padded } from "./padded.ts";
import { truth } from "./truth.ts";
import type { Precompile } from "./types.ts";

/** 0x06: sum of two points of alt_bn128 (EIP-196, price of EIP-1108). */
export const bn254Add: Precompile = {
  gas: () => 150n,
  run: (input) => bn254.add(padded(input, 0, 128)),
};

/** 0x07: a point of alt_bn128 times a scalar (EIP-196, price of EIP-1108). */
export const bn254Multiply: Precompile = {
  gas: () => 6000n,
  run: (input) => bn254.multiply(padded(input, 0, 96)),
};

/** 0x08: whether a product of pairings is one (EIP-197, price of EIP-1108). */
export const bn254Pairing: Precompile = {
  gas: (input) => 45_000n + 34_000n * BigInt(Math.floor(input.length / 192)),
  run: (input) => truth(bn254.pairingIsOne(input)),
};
