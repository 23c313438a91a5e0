import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { type Address, bytesToHex0x } from "@polis/codec";
import { bls, ed25519, type KeyFileContent, keccak256, provePossession, signBinding } from "@polis/crypto";
import type { Config } from "../config/schema.ts";
import { UserError } from "../errors.ts";
import { markFresh } from "../run/freshMark.ts";
import { connectSigner, type RemoteSigner } from "../signer/link/connectSigner.ts";
import { publicKeyOf, readKeyFile, writeKeyFile } from "./keyFile.ts";
import { readPassword } from "./password.ts";

/** The secret side of a validator (kairos K6). */
export interface Identity {
  readonly bls: KeyFileContent;
  readonly ed25519: KeyFileContent;
  /** Threshold scheme only. */
  readonly shareM: KeyFileContent | undefined;
  readonly shareL: KeyFileContent | undefined;
}

/** A validator whose BLS key, and shares, are in another process that signs for it. */
export interface RemoteIdentity {
  readonly bls: Pick<KeyFileContent, "publicKey">;
  readonly ed25519: KeyFileContent;
  readonly signer: RemoteSigner;
}

/** What a node acts with: its keys, or its p2p key and whoever signs its votes. */
export type NodeIdentity = Identity | RemoteIdentity;

/** The files of a share key path: two shares, one file each. */
export function shareFiles(path: string): { readonly m: string; readonly l: string } {
  return { m: `${path}.m`, l: `${path}.l` };
}

/**
 * Fresh keys from the entropy of the operating system (kairos K6).
 * @param entropy replaced only by tests and by simulated networks
 */
export function generateIdentity(entropy: (bytes: number) => Uint8Array = osEntropy): Identity {
  const secret = bls.keygen(entropy(32));
  const seed = entropy(32);
  return {
    bls: { kind: "bls", secret, publicKey: publicKeyOf("bls", secret)! },
    ed25519: { kind: "ed25519", secret: seed, publicKey: ed25519.publicKey(seed) },
    shareM: undefined,
    shareL: undefined,
  };
}

/** 256-bit entropy of the operating system, in an array of its own. */
export function osEntropy(bytes: number): Uint8Array {
  return new Uint8Array(randomBytes(bytes));
}

/** The fee address used when none is chosen: the last 20 bytes of keccak(BLS key) (kairos X8). */
export function defaultFeeAddress(blsPublicKey: Uint8Array): Address {
  return keccak256(blsPublicKey).subarray(12).toHex() as Address;
}

/**
 * The public side as an entry of the genesis validator list (kairos 3.3).
 * @param chainId binds the p2p key to this chain; without it the binding is left out
 */
export function validatorEntry(
  identity: Pick<Identity, "bls" | "ed25519">,
  options: {
    readonly chainId?: number | undefined;
    readonly feeAddress?: string | undefined;
    readonly name?: string | undefined;
    readonly address?: string | undefined;
  } = {},
): Record<string, string> {
  const { chainId, name, address } = options;
  const fee = options.feeAddress ?? `0x${defaultFeeAddress(identity.bls.publicKey)}`;
  const entry: Record<string, string> = {
    blsPublicKey: bytesToHex0x(identity.bls.publicKey),
    blsPop: bytesToHex0x(provePossession(identity.bls.secret)),
    p2pPublicKey: bytesToHex0x(identity.ed25519.publicKey),
    feeAddress: fee,
  };
  if (chainId !== undefined) {
    entry.p2pBinding = bytesToHex0x(signBinding(chainId, identity.ed25519.publicKey, identity.bls.secret));
  }
  if (name !== undefined) entry.name = name;
  if (address !== undefined) entry.address = address;
  return entry;
}

/** How the files of an identity are read. */
export interface IdentityAccess {
  /** Of encrypted files, unless `identity.password_file` names a file. */
  readonly password: string | undefined;
  /** Whether missing keys are made when `identity.generate_if_missing` does not say. */
  readonly create: boolean;
}

/**
 * The identity of a whole configuration: on `local`, missing keys are made unless it says otherwise (kairos 18.2).
 * @param passwordVariable value of KAIROS_KEY_PASSWORD
 * @throws UserError
 */
export function loadIdentity({ identity, consensus }: Config, passwordVariable: string | undefined): Identity {
  return readIdentity(identity, { password: passwordVariable, create: consensus.network === "local" });
}

/** How long a node waits at its start for a signer that is starting too. */
const CONNECT_MS = 15_000;

/**
 * The identity that a node runs with: like `loadIdentity`, or with `identity.remote_signer` a connection to the signer.
 * @throws UserError
 */
export async function openIdentity(config: Config, passwordVariable: string | undefined): Promise<NodeIdentity> {
  const { remoteSigner, remoteSignerTimeout } = config.identity;
  if (remoteSigner === undefined) return loadIdentity(config, passwordVariable);
  const create = config.consensus.network === "local";
  const ed25519 = readP2pKey(config.identity, { password: passwordVariable, create });
  const signer = await connectSigner({
    address: remoteSigner,
    timeoutMs: remoteSignerTimeout,
    connectMs: CONNECT_MS,
    p2pSecret: ed25519.secret,
  });
  return { bls: { publicKey: signer.hello.blsPublicKey }, ed25519, signer };
}

/** The p2p key alone, made when it is missing and may be. */
function readP2pKey(identity: Config["identity"], given: IdentityAccess): KeyFileContent {
  const password = readPassword(identity.passwordFile, given.password);
  const path = required(identity.ed25519SecretKeyPath, "identity.ed25519_secret_key_path");
  if (identity.generateIfMissing ?? given.create) createMissing(path, generateIdentity().ed25519, password);
  return readKeyFile(path, "ed25519", { password, allowInsecurePermissions: identity.allowInsecurePermissions });
}

/**
 * The identity that a section `identity` names. Missing BLS and Ed25519 keys are created when `identity.generate_if_missing`
 * or else the caller says so. A BLS key that is made here has never signed, and is marked so (R27).
 * @throws UserError
 */
export function readIdentity(identity: Config["identity"], given: IdentityAccess): Identity {
  const password = readPassword(identity.passwordFile, given.password);
  const access = { password, allowInsecurePermissions: identity.allowInsecurePermissions };
  const blsPath = required(identity.blsSecretKeyPath, "identity.bls_secret_key_path");
  const p2pPath = required(identity.ed25519SecretKeyPath, "identity.ed25519_secret_key_path");
  if (identity.generateIfMissing ?? given.create) {
    const fresh = generateIdentity();
    if (createMissing(blsPath, fresh.bls, password)) markFresh(dirname(blsPath));
    createMissing(p2pPath, fresh.ed25519, password);
  }
  const shares = identity.shareKeyPath === undefined ? undefined : shareFiles(identity.shareKeyPath);
  return {
    bls: readKeyFile(blsPath, "bls", access),
    ed25519: readKeyFile(p2pPath, "ed25519", access),
    shareM: shares === undefined ? undefined : readKeyFile(shares.m, "share_m", access),
    shareL: shares === undefined ? undefined : readKeyFile(shares.l, "share_l", access),
  };
}

/** @returns whether the key was made. */
function createMissing(path: string, content: KeyFileContent, password: string | undefined): boolean {
  if (existsSync(path)) return false;
  mkdirSync(dirname(path), { recursive: true });
  writeKeyFile(path, content, password);
  return true;
}

function required(path: string | undefined, key: string): string {
  if (path !== undefined) return path;
  throw new UserError("CONFIG_INVALID", `${key} is required`, "set it, or make keys with `kairos keys generate`", {
    exitCode: 2,
  });
}
