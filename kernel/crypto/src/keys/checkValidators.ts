import { type Fault, fault, ok, type Result } from "@polis/codec";
import { bls } from "../native/primitives.ts";
import { maxValidators } from "../votes/quorums.ts";
import { checkSharing } from "../votes/threshold/checkSharing.ts";
import type { SharingKeys } from "../votes/threshold/context.ts";
import { verifyBinding } from "./binding.ts";
import { verifyPossession } from "./possession.ts";

/** The keys of one entry of the genesis validator list (kairos 3.3). */
export interface ValidatorKeys {
  /** 48 bytes. */
  readonly blsPublicKey: Uint8Array;
  /** 96 bytes; may be absent on `local` networks only (kairos X8). */
  readonly blsPop: Uint8Array | undefined;
  /** 32 bytes, Ed25519. */
  readonly p2pPublicKey: Uint8Array;
  /** 96 bytes; may be absent on `local` networks only (kairos X8). */
  readonly p2pBinding: Uint8Array | undefined;
}

/** What is checked beside the keys of each validator. */
export interface ValidatorListOptions {
  readonly f: number;
  readonly chainId: number;
  /** "required" unless given; "optional" only on a `local` network: an absent proof is accepted, a wrong one never (kairos X8). */
  readonly proofs?: "required" | "optional";
  /** Absent in the multisig scheme. */
  readonly sharings: { readonly m: SharingKeys; readonly l: SharingKeys } | undefined;
}

/** What checking a validator list can report; `detail` names the validator. */
export type ValidatorsFault = Fault<
  | "VALIDATORS_COUNT"
  | "VALIDATORS_KEY"
  | "VALIDATORS_DUPLICATE"
  | "VALIDATORS_POSSESSION"
  | "VALIDATORS_BINDING"
  | "VALIDATORS_SHARES"
  | "VALIDATORS_GROUP_KEY"
>;

/**
 * Everything kairos K8 demands of the keys of a validator list: sizes, duplicates, proofs of possession, bindings, and in
 * threshold mode the polynomials. Fee addresses and texts are the chain's to check.
 */
export function checkValidators(
  list: readonly ValidatorKeys[],
  { f, chainId, proofs = "required", sharings }: ValidatorListOptions,
): Result<true, ValidatorsFault> {
  const n = list.length;
  if (n < 1 || n > maxValidators || !Number.isInteger(f) || f < 0 || n < 5 * f + 1) return fault("VALIDATORS_COUNT");
  for (const keys of [list.map((v) => v.blsPublicKey), list.map((v) => v.p2pPublicKey)]) {
    if (hasDuplicate(keys)) return fault("VALIDATORS_DUPLICATE");
  }
  for (const [index, v] of list.entries()) {
    const detail = `validator ${index}`;
    if (v.blsPublicKey.length !== 48 || v.p2pPublicKey.length !== 32) return fault("VALIDATORS_KEY", "punish", detail);
    if (bls.parsePublicKey(v.blsPublicKey) === undefined) return fault("VALIDATORS_KEY", "punish", detail);
    const lacking = proofs === "optional";
    if (v.blsPop === undefined ? !lacking : !verifyPossession(v.blsPublicKey, v.blsPop)) {
      return fault("VALIDATORS_POSSESSION", "punish", detail);
    }
    if (v.p2pBinding === undefined ? !lacking : !verifyBinding(chainId, v.p2pPublicKey, v.blsPublicKey, v.p2pBinding)) {
      return fault("VALIDATORS_BINDING", "punish", detail);
    }
  }
  if (sharings === undefined) return ok(true);
  if (sharings.m.shareKeys.length !== n || sharings.l.shareKeys.length !== n) return fault("VALIDATORS_COUNT");
  for (const [sharing, threshold] of [
    [sharings.m, 2 * f + 1],
    [sharings.l, n - f],
  ] as const) {
    if (hasDuplicate(sharing.shareKeys) && threshold > 1) return fault("VALIDATORS_DUPLICATE");
    const checked = checkSharing(sharing, threshold);
    if (!checked.ok) return checked;
  }
  return ok(true);
}

function hasDuplicate(keys: readonly Uint8Array[]): boolean {
  return new Set(keys.map((key) => key.toHex())).size !== keys.length;
}
