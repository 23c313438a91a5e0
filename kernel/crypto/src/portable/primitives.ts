/** The portable provider: what `#primitives` means in a browser. */
export { bls } from "./bls.ts";
export { ed25519 } from "./ed25519.ts";
export { blake3, keccak256, sha256, sha512 } from "./hashes.ts";
export { aes256Gcm, scrypt } from "./keyFileCiphers.ts";
export { p256 } from "./p256.ts";
export { secp256k1 } from "./secp256k1.ts";
