/**
 * What both providers offer. Everything is synchronous and total: malformed keys and signatures give `false` or
 * `undefined`, never an exception (kairos K5). Signatures and keys are raw bytes, big-endian where they are integers.
 */

/** A hash of `data`, in a new array. */
export type Hash = (data: Uint8Array) => Uint8Array;

/** Ed25519 with the one strict acceptance rule of both chains (kairos 3.1, K3; RFC 8032 without the cofactor). */
export interface Ed25519 {
  /** 32-byte public key of a 32-byte seed. Throws a RangeError on another length. */
  publicKey(secret: Uint8Array): Uint8Array;
  /** 64-byte signature. `secret` is the 32-byte seed, or seed ‖ public key (64 bytes), which spares one multiplication. */
  sign(message: Uint8Array, secret: Uint8Array): Uint8Array;
  verify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean;
}

/** A recoverable ECDSA signature: r ‖ s (64 bytes, s at most N/2) and the parity of R. */
export interface RecoverableSignature {
  readonly signature: Uint8Array;
  readonly recovery: 0 | 1;
}

/** A verifiable random output. */
export interface VrfOutput {
  /** 80 bytes. */
  readonly proof: Uint8Array;
  /** 64 bytes. */
  readonly output: Uint8Array;
}

/** ECVRF-EDWARDS25519-SHA512-TAI (RFC 9381; kratos-core 1.4): functions `proveVrf` and `verifyVrf`. */
export interface Vrf {
  prove(secret: Uint8Array, input: Uint8Array): VrfOutput;
  verify(publicKey: Uint8Array, input: Uint8Array, proof: Uint8Array): Uint8Array | undefined;
}

/** secp256k1 ECDSA over a 32-byte digest taken as it is (kairos 3.1, K3). Public keys are x ‖ y, 64 bytes. */
export interface Secp256k1 {
  /** Public key of a 32-byte secret; undefined when the secret is not in 1..N-1. */
  publicKey(secret: Uint8Array): Uint8Array | undefined;
  /** Deterministic (RFC 6979), low s. Undefined on a bad secret or digest length. */
  sign(digest: Uint8Array, secret: Uint8Array): RecoverableSignature | undefined;
  /** Refuses s above N/2. */
  verify(digest: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean;
  /** The signer's public key; refuses s above N/2 (EIP-2). */
  recover(digest: Uint8Array, signature: Uint8Array, recovery: number): Uint8Array | undefined;
  /** As recover, with s up to N-1: the rule of the EVM's ecrecover precompile only. */
  recoverAnyS(digest: Uint8Array, signature: Uint8Array, recovery: number): Uint8Array | undefined;
}

/** P-256 ECDSA over a 32-byte digest taken as it is (kairos 3.1). Public keys are x ‖ y, signatures r ‖ s. */
export interface P256 {
  publicKey(secret: Uint8Array): Uint8Array | undefined;
  /** Deterministic (RFC 6979), low s. */
  sign(digest: Uint8Array, secret: Uint8Array): Uint8Array | undefined;
  /** Refuses s above N/2. */
  verify(digest: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean;
  /** With s up to N-1: the rule of the EVM's P256VERIFY precompile only (EIP-7951). */
  verifyAnyS(digest: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean;
}

declare const point: unique symbol;
/** A parsed BLS public key: a point of G1, checked as its maker says. */
export interface BlsPublicKey {
  readonly [point]: "G1";
}
/** A parsed BLS signature: a point of G2, checked as its maker says. */
export interface BlsSignature {
  readonly [point]: "G2";
}

/** One signer's part of a check of many signatures of one message. */
export interface BlsKeyedSignature {
  readonly publicKey: BlsPublicKey;
  readonly signature: BlsSignature;
}

/**
 * BLS signatures on BLS12-381, public keys in G1 and signatures in G2 (kairos 3.1), suite
 * BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_. Parsing and the subgroup check of a point cost a tenth of a verification,
 * so keys are parsed once and kept as objects.
 */
export interface Bls {
  /** 32-byte secret key from at least 32 bytes of entropy (RFC draft bls-signature, KeyGen). */
  keygen(entropy: Uint8Array): Uint8Array;
  /** 48-byte compressed public key; undefined when the secret is not in 1..r-1. */
  publicKey(secret: Uint8Array): Uint8Array | undefined;
  /** 96-byte compressed signature; undefined when the secret is not in 1..r-1. */
  sign(message: Uint8Array, secret: Uint8Array): Uint8Array | undefined;
  /** Accepts 48 bytes: canonical, on the curve, in the subgroup and not infinity. */
  parsePublicKey(bytes: Uint8Array): BlsPublicKey | undefined;
  /** Accepts 96 bytes: canonical, on the curve, in the subgroup and not infinity. */
  parseSignature(bytes: Uint8Array): BlsSignature | undefined;
  /** As parseSignature without the subgroup check, for points that are summed and checked once (kairos K16). */
  parseSignatureUnchecked(bytes: Uint8Array): BlsSignature | undefined;
  /** `signature` must come from parseSignature; use verifyUnchecked for sums of unchecked points. */
  verify(message: Uint8Array, publicKey: BlsPublicKey, signature: BlsSignature): boolean;
  /** Checks the subgroup of `signature` too, and refuses infinity. */
  verifyUnchecked(message: Uint8Array, publicKey: BlsPublicKey, signature: BlsSignature): boolean;
  /** One signature of one message by the sum of the keys; false for no keys. Rogue keys are excluded by possession proofs. */
  fastAggregateVerify(message: Uint8Array, publicKeys: readonly BlsPublicKey[], signature: BlsSignature): boolean;
  /**
   * True when every signature is its key's signature of `message`: a random linear combination, which fails to notice a
   * wrong one with a chance below 2^-60. Signatures must come from parseSignature.
   */
  verifyAll(message: Uint8Array, items: readonly BlsKeyedSignature[]): boolean;
  /** Sum of at least one key. */
  addPublicKeys(keys: readonly BlsPublicKey[]): BlsPublicKey;
  /** Sum of at least one point; may be infinity. */
  addSignatures(signatures: readonly BlsSignature[]): BlsSignature;
  /** 96 bytes, compressed. */
  signatureBytes(signature: BlsSignature): Uint8Array;
  /** 48 bytes, compressed. */
  publicKeyBytes(publicKey: BlsPublicKey): Uint8Array;
}

/** AES-256-GCM (NIST SP 800-38D): 32-byte key, 12-byte iv that is never used twice with a key, 16-byte tag. */
export interface Aes256Gcm {
  /** Encrypts and authenticates; throws a RangeError on a wrong key or iv length. */
  seal(key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array, additional: Uint8Array): SealedBytes;
  /** The plaintext, or undefined when anything was changed. */
  open(key: Uint8Array, iv: Uint8Array, sealed: SealedBytes, additional: Uint8Array): Uint8Array | undefined;
}

/** What AES-256-GCM makes: as many bytes as the plaintext, and the 16-byte tag. */
export interface SealedBytes {
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}

/** Cost of scrypt (RFC 7914): memory is 128·n·r bytes. */
export interface ScryptCost {
  /** A power of two. */
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** 32 bytes from a password (RFC 7914). */
export type Scrypt = (password: Uint8Array, salt: Uint8Array, cost: ScryptCost) => Uint8Array;

/** Everything a provider offers. */
export interface Primitives {
  readonly aes256Gcm: Aes256Gcm;
  readonly scrypt: Scrypt;
  readonly keccak256: Hash;
  readonly blake3: Hash;
  readonly sha256: Hash;
  readonly sha512: Hash;
  readonly ed25519: Ed25519;
  readonly vrf: Vrf;
  readonly secp256k1: Secp256k1;
  readonly p256: P256;
  readonly bls: Bls;
}
