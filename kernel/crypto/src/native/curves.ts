/** The native provider of the precompiles' curves; replaced by the portable one as native/primitives.ts is. */
import type { Bls12381, Bn254 } from "../curves/types.ts";
import { bls12381 as ownBls12381 } from "./bls12381.ts";
import { bn254 as ownBn254 } from "./bn254.ts";

/** alt_bn128 of EIP-196 and EIP-197. */
export const bn254: Bn254 = ownBn254;
/** BLS12-381 of EIP-2537 and EIP-4844. */
export const bls12381: Bls12381 = ownBls12381;
