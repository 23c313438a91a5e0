import type { Epoch } from "@polis/codec";
import { bls, createThresholdKeys, createThresholdScheme, dealThreshold } from "@polis/crypto";
import { createPrng } from "../random/prng.ts";
import type { SchemeFactory } from "../types.ts";

/**
 * Real threshold BLS signatures with seeds, dealt from the run's seed (kairos 3.6, K15, K18). Slower still than the
 * multisig scheme, because every vote holds three partial signatures: for one short run.
 * @example simulate({ seed: 1, n: 6, schemes: thresholdScheme, consensus: RANDOM_LEADERS, chaosMs: 500 })
 */
export const thresholdScheme: SchemeFactory = (n, f, genesis, seed) => {
  const prng = createPrng(seed, 6);
  const { m, l } = dealThreshold(n, f, prng.bytes(32));
  const secrets = Array.from({ length: n }, () => bls.keygen(prng.bytes(32)));
  const publicKeys = secrets.map((secret) => bls.publicKey(secret)!);
  const randomness = "seed";
  const options = { f, genesisHash: genesis, epoch: 0 as Epoch, publicKeys, m, l, randomness } as const;
  return {
    scheme: createThresholdScheme(options),
    keysOf: (index) => {
      const [shareM, shareL] = [m.shares[index]!, l.shares[index]!];
      return createThresholdKeys({ index, genesisHash: genesis, secret: secrets[index]!, shareM, shareL, randomness });
    },
  };
};
