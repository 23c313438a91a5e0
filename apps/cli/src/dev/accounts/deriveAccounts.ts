import { createHmac, pbkdf2Sync } from "node:crypto";
import type { Address } from "@polis/codec";
import { ethereumAddress, secp256k1 } from "@polis/crypto";

/** An account whose secret everybody may know. */
export interface DevAccount {
  readonly address: Address;
  /** 32 bytes. */
  readonly secret: Uint8Array;
}

/** The mnemonic that Ethereum's development nodes share, so that their accounts are the same everywhere. */
export const wellKnownMnemonic = "test test test test test test test test test test test junk";

/** Order of the group of secp256k1. */
const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const hardened = 0x8000_0000;

/**
 * The first accounts of a mnemonic at m/44'/60'/0'/0/i (BIP-39 with an empty passphrase, BIP-32, BIP-44). The words are
 * taken as they are: a wrong checksum makes other accounts, as it does elsewhere.
 * @param count at most 1,000
 * @example deriveAccounts(wellKnownMnemonic, 10)[0].address // "f39f…2266"
 */
export function deriveAccounts(mnemonic: string, count: number): readonly DevAccount[] {
  const parent = accountsNode(mnemonic);
  return Array.from({ length: count }, (_, i) => accountOf(child(parent, i)));
}

/** The account that a faucet pays from: far behind those that tests use. */
export function deriveFaucet(mnemonic: string): DevAccount {
  return accountOf(child(accountsNode(mnemonic), hardened - 1));
}

/** m/44'/60'/0'/0 */
function accountsNode(mnemonic: string): Node {
  const seed = pbkdf2Sync(mnemonic.normalize("NFKD"), "mnemonic", 2_048, 64, "sha512");
  let node = split(createHmac("sha512", "Bitcoin seed").update(seed).digest());
  for (const index of [hardened + 44, hardened + 60, hardened, 0]) node = child(node, index);
  return node;
}

function accountOf({ secret }: Node): DevAccount {
  return { secret, address: ethereumAddress(secp256k1.publicKey(secret)!) };
}

interface Node {
  readonly secret: Uint8Array;
  readonly chainCode: Uint8Array;
}

/** BIP-32 private derivation. An index without a key has a chance below 2^-127 and throws. */
function child({ secret, chainCode }: Node, index: number): Node {
  const data = Buffer.alloc(37);
  if (index >= hardened) data.set(secret, 1);
  else data.set(compressed(secret));
  data.writeUInt32BE(index, 33);
  const derived = split(createHmac("sha512", chainCode).update(data).digest());
  const sum = (toBigInt(derived.secret) + toBigInt(secret)) % order;
  if (toBigInt(derived.secret) >= order || sum === 0n) throw new RangeError(`no key at index ${index}`);
  return { secret: Uint8Array.fromHex(sum.toString(16).padStart(64, "0")), chainCode: derived.chainCode };
}

function compressed(secret: Uint8Array): Uint8Array {
  const point = secp256k1.publicKey(secret);
  if (point === undefined) throw new RangeError("not a secp256k1 secret");
  return Uint8Array.of(2 + (point[63]! & 1), ...point.subarray(0, 32));
}

function split(bytes: Buffer): Node {
  return { secret: new Uint8Array(bytes.subarray(0, 32)), chainCode: new Uint8Array(bytes.subarray(32)) };
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${bytes.toHex()}`);
}
