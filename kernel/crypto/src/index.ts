export { blake3, bls, ed25519, keccak256, p256, secp256k1, sha256, sha512 } from "#primitives";
export * from "./primitives/ethereumAddress.ts";
export * from "./primitives/types.ts";
export * from "./votes/types.ts";
