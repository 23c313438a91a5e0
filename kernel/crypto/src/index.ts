export * from "./curves/types.ts";
export * from "./errors.ts";
export * from "./keys/binding.ts";
export * from "./keys/checkValidators.ts";
export * from "./keys/keystore.ts";
export * from "./keys/possession.ts";
export { bls12381, bn254 } from "./native/curves.ts";
export {
  aes256Gcm,
  blake3,
  bls,
  ed25519,
  keccak256,
  p256,
  scrypt,
  secp256k1,
  sha256,
  sha512,
} from "./native/primitives.ts";
export { ripemd160 } from "./portable/ripemd160.ts";
export * from "./primitives/ethereumAddress.ts";
export * from "./primitives/types.ts";
export * from "./votes/bitmap.ts";
export * from "./votes/certificate.ts";
export * from "./votes/multisig/createMultisigKeys.ts";
export * from "./votes/multisig/createMultisigScheme.ts";
export * from "./votes/payloads.ts";
export * from "./votes/quorums.ts";
export { checkSharing, type SharingFault } from "./votes/threshold/checkSharing.ts";
export type { SharingKeys, ThresholdOptions } from "./votes/threshold/context.ts";
export * from "./votes/threshold/createThresholdKeys.ts";
export * from "./votes/threshold/createThresholdScheme.ts";
export * from "./votes/threshold/deal.ts";
export * from "./votes/types.ts";
export * from "./vrf/ecvrf.ts";
