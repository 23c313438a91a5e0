import type { Address, Digest } from "@polis/codec";
import type { KairosParams, UsdcNames } from "../params.ts";

/** One entry of the validator list (kairos 3.3). Keys and signatures are raw bytes. */
export interface GenesisValidator {
  /** 48 bytes. */
  readonly blsPublicKey: Uint8Array;
  /** 96 bytes; may be missing on the network `local` (X8). */
  readonly blsPop: Uint8Array | undefined;
  /** 32 bytes, Ed25519. */
  readonly p2pPublicKey: Uint8Array;
  /** 96 bytes; may be missing on the network `local` (X8). */
  readonly p2pBinding: Uint8Array | undefined;
  readonly feeAddress: Address;
  readonly name: string | undefined;
  /** host:port or a multiaddress. */
  readonly address: string | undefined;
  /** 48 bytes each, threshold scheme only. */
  readonly shareKeyM: Uint8Array | undefined;
  readonly shareKeyL: Uint8Array | undefined;
}

/** An account of the allocation. */
export interface GenesisAllocation {
  readonly address: Address;
  /** 10^-18 USDC. */
  readonly balance: bigint;
  readonly nonce: bigint;
  readonly code: Uint8Array | undefined;
  readonly storage: readonly (readonly [slot: Digest, value: bigint])[];
}

/** The roles of the face (kairos U10); the zero address makes a role unusable. */
export interface UsdcRoles {
  readonly owner: Address;
  readonly masterMinter: Address;
  readonly pauser: Address;
  readonly blacklister: Address;
  readonly rescuer: Address;
}

/** What genesis says of USDC (kairos 5.6, U9-U12). */
export interface GenesisUsdc extends UsdcNames {
  readonly roles: UsdcRoles;
  /** Accounts blacklisted from the start, beside the face itself. */
  readonly blacklisted: readonly Address[];
  readonly paused: boolean;
}

/** A checked genesis document (kairos 5.6) with every default filled in. */
export interface Genesis {
  readonly network: string;
  /** Unix seconds. */
  readonly timestampS: number;
  readonly n: number;
  readonly f: number;
  readonly scheme: "multisig" | "threshold";
  readonly leader: "round-robin" | "random";
  /** k (R4). */
  readonly maxViewLead: number;
  readonly validators: readonly GenesisValidator[];
  /** 48 bytes each, threshold scheme only. */
  readonly groupKeyM: Uint8Array | undefined;
  readonly groupKeyL: Uint8Array | undefined;
  /** Chain id, epoch, limits, fees, treasury, hard fork, names of USDC, randomness. */
  readonly params: KairosParams;
  readonly usdc: GenesisUsdc;
  readonly alloc: readonly GenesisAllocation[];
  /** Code of contracts at the addresses of kairos 10.3. */
  readonly predeploys: readonly GenesisAllocation[];
}
