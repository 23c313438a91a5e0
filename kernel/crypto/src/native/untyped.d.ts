/** The parts we use of packages, and of the platform, whose types are not at hand. */
declare module "sodium-native" {
  export function crypto_sign_seed_keypair(publicKey: Uint8Array, secretKey: Uint8Array, seed: Uint8Array): void;
  export function crypto_sign_detached(signature: Uint8Array, message: Uint8Array, secretKey: Uint8Array): void;
  export function crypto_sign_verify_detached(
    signature: Uint8Array,
    message: Uint8Array,
    publicKey: Uint8Array,
  ): boolean;
  export function crypto_core_ed25519_add(sum: Uint8Array, a: Uint8Array, b: Uint8Array): void;
  export function crypto_core_ed25519_sub(difference: Uint8Array, a: Uint8Array, b: Uint8Array): void;
  export function crypto_core_ed25519_scalar_reduce(reduced: Uint8Array, scalar: Uint8Array): void;
  export function crypto_scalarmult_ed25519_noclamp(product: Uint8Array, scalar: Uint8Array, point: Uint8Array): void;
  export function crypto_scalarmult_ed25519_base_noclamp(product: Uint8Array, scalar: Uint8Array): void;
}

declare module "secp256k1/bindings.js" {
  const addon: {
    publicKeyCreate(secret: Uint8Array, compressed: boolean): Uint8Array;
    ecdsaSign(digest: Uint8Array, secret: Uint8Array): { signature: Uint8Array; recid: number };
    ecdsaVerify(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean;
    ecdsaRecover(signature: Uint8Array, recid: number, digest: Uint8Array, compressed: boolean): Uint8Array;
  };
  // biome-ignore lint/style/noDefaultExport: that is what the CommonJS module exports.
  export default addon;
}

declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }
  class Instance {
    constructor(module: Module, imports?: object);
    readonly exports: unknown;
  }
}
