import type { Epoch } from "@polis/codec";
import { bls, createMultisigKeys, createMultisigScheme } from "@polis/crypto";
import { createPrng } from "../random/prng.ts";
import type { SchemeFactory } from "../types.ts";

/**
 * Real BLS signatures with keys from the seed. About a hundred times slower than the mock: for a few seeds.
 * @example runSeed(4, { schemes: multisigScheme })
 */
export const multisigScheme: SchemeFactory = (n, f, genesis, seed) => {
  const prng = createPrng(seed, 5);
  const secrets = Array.from({ length: n }, () => {
    const secret = prng.bytes(32);
    // The group order begins with 0x73: a smaller first byte keeps the key below it.
    secret[0] = 1 + (secret[0]! % 0x70);
    return secret;
  });
  const publicKeys = secrets.map((secret) => bls.publicKey(secret)!);
  const scheme = createMultisigScheme({ f, genesisHash: genesis, epoch: 0 as Epoch, publicKeys });
  return { scheme, keysOf: (index) => createMultisigKeys({ index, genesisHash: genesis, secret: secrets[index]! }) };
};
