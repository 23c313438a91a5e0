import {
  concatBytes,
  type Digest,
  decodeKce,
  digestOf,
  type Epoch,
  encodeKce,
  fault,
  type Kce,
  kceDigest,
  kceFixed,
  kceRecord,
  kceU32,
  ok,
  type Result,
} from "@polis/codec";
import { ed25519 } from "@polis/crypto";
import type { AccountId } from "../identifiers.ts";
import { kceEpoch } from "../kce.ts";
import { domainBytes } from "../params/domains.ts";
import { type SeedFault, seedFaults } from "./errors.ts";
import { MAX_FRAME_BYTES } from "./heartbeat.ts";

/**
 * A validator's statement that a peer is its own (kratos-core 12.5). It travels in the frame of a heartbeat and is told from
 * one by its version, as are the bytes that are signed.
 */
export interface ValidatorProof {
  readonly version: number;
  readonly genesisHash: Digest;
  /** Network key of the peer. */
  readonly peerId: Digest;
  readonly validator: AccountId;
  readonly epoch: Epoch;
}

/** A proof with the validator's signature, 64 bytes. */
export interface SignedValidatorProof {
  readonly proof: ValidatorProof;
  readonly signature: Uint8Array;
}

/** The version in a frame that says: this is a proof. */
export const PROOF_VERSION = 2;

const kceProof: Kce<ValidatorProof> = kceRecord({
  version: kceU32,
  genesisHash: kceDigest,
  peerId: kceDigest,
  validator: kceDigest,
  epoch: kceEpoch,
});
const kceSigned: Kce<SignedValidatorProof> = kceRecord({ proof: kceProof, signature: kceFixed(64) });

/** Signs that a peer belongs to a validator. @param secret Ed25519 seed of the validator, 32 bytes */
export function signValidatorProof(
  claim: Pick<ValidatorProof, "genesisHash" | "peerId" | "epoch">,
  secret: Uint8Array,
): SignedValidatorProof {
  const proof = { ...claim, version: PROOF_VERSION, validator: digestOf(ed25519.publicKey(secret)) };
  return { proof, signature: ed25519.sign(signedBytes(proof), secret) };
}

/** The body of a frame. */
export function encodeValidatorProof(signed: SignedValidatorProof): Uint8Array {
  return encodeKce(kceSigned, signed);
}

/** Whether the body of a frame calls itself a proof. */
export function isValidatorProof(body: Uint8Array): boolean {
  const version = decodeKce(kceU32, body.subarray(0, 4), 4);
  return version.ok && version.value === PROOF_VERSION;
}

/** What a seed server knows of the validators; from a node that its operator trusts. */
export interface ActiveValidators {
  readonly epoch: Epoch;
  readonly accounts: ReadonlySet<AccountId>;
}

/**
 * Judges a proof: of our chain, of this epoch or the one before, by the key of an active validator.
 * @param known undefined when there is no node to ask: no proof counts then
 */
export function judgeValidatorProof(
  body: Uint8Array,
  genesisHash: Digest,
  known: ActiveValidators | undefined,
): Result<ValidatorProof> {
  const decoded = decodeKce(kceSigned, body, MAX_FRAME_BYTES);
  if (!decoded.ok) return fault("MalformedFrame", "punish", decoded.fault.code);
  const { proof, signature } = decoded.value;
  if (proof.version !== PROOF_VERSION) return refusal("UnknownVersion");
  if (!ed25519.verify(signedBytes(proof), signature, Uint8Array.fromHex(proof.validator))) {
    return refusal("InvalidSignature");
  }
  if (proof.genesisHash !== genesisHash) return refusal("WrongGenesis");
  if (known === undefined || !known.accounts.has(proof.validator)) return refusal("UnknownValidator");
  return proof.epoch === known.epoch || proof.epoch + 1 === known.epoch ? ok(proof) : refusal("StaleProof");
}

function signedBytes(proof: ValidatorProof): Uint8Array {
  return concatBytes(domainBytes("dnsHeartbeat"), encodeKce(kceProof, proof));
}

function refusal(code: SeedFault) {
  return fault(code, seedFaults[code]);
}
