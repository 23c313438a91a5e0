/**
 * Curves of the EVM's precompiled contracts. Inputs and outputs are the contracts' own bytes. Everything is synchronous
 * and total: what the EIP calls invalid gives undefined, never an exception. Lengths other than the stated ones do too.
 */

/** alt_bn128 with points as 32-byte big-endian words; zeros are infinity (EIP-196, EIP-197). */
export interface Bn254 {
  /** Sum of two points: 128 bytes to 64. */
  add(input: Uint8Array): Uint8Array | undefined;
  /** Point times scalar: 96 bytes to 64. Any 32-byte scalar. */
  multiply(input: Uint8Array): Uint8Array | undefined;
  /** True when the product of the pairings of all pairs (192 bytes each, G1 then G2) is one. None: true. */
  pairingIsOne(input: Uint8Array): boolean | undefined;
}

/** BLS12-381 with field elements of 64 bytes, the upper 16 zero; zeros are infinity (EIP-2537). */
export interface Bls12381 {
  /** Sum of two points of the curve, in the subgroup or not: 256 bytes to 128. */
  g1Add(input: Uint8Array): Uint8Array | undefined;
  /** Sum of points of the subgroup times scalars: 160 bytes each, at least one, to 128. Any 32-byte scalar. */
  g1MultiExp(input: Uint8Array): Uint8Array | undefined;
  /** As g1Add: 512 bytes to 256. */
  g2Add(input: Uint8Array): Uint8Array | undefined;
  /** As g1MultiExp: 288 bytes each, at least one, to 256. */
  g2MultiExp(input: Uint8Array): Uint8Array | undefined;
  /** True when the product of the pairings of all pairs (384 bytes each, at least one, G1 then G2) is one. */
  pairingIsOne(input: Uint8Array): boolean | undefined;
  /** A field element to a point of G1: 64 bytes to 128. */
  mapToG1(input: Uint8Array): Uint8Array | undefined;
  /** An element of the quadratic extension to a point of G2: 128 bytes to 256. */
  mapToG2(input: Uint8Array): Uint8Array | undefined;
  /**
   * True when `proof` shows that the polynomial behind `commitment` is y at z, under the secret of Ethereum's public
   * ceremony (EIP-4844, verify_kzg_proof). Points are 48 bytes compressed, in the subgroup, infinity allowed; z and y are 32
   * bytes big-endian below the group order. Anything else is false.
   */
  verifyOpening(commitment: Uint8Array, z: Uint8Array, y: Uint8Array, proof: Uint8Array): boolean;
}
