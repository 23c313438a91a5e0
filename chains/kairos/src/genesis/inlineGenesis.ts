import { type Address, addressOf, bytesToHex0x } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { GenesisError } from "./genesisError.ts";
import { parseGenesis } from "./parseGenesis.ts";
import type { Genesis } from "./types.ts";

/** A validator as a configuration lists it inline (X8). */
export interface InlineValidator {
  /** 48 bytes. */
  readonly blsPublicKey: Uint8Array;
  readonly blsPop?: Uint8Array;
  /** 32 bytes, from the `p2p.validators` entry with the same BLS key. */
  readonly p2pPublicKey: Uint8Array;
  readonly p2pBinding?: Uint8Array;
  /** Default: `inlineFeeAddress` of the BLS key. */
  readonly feeAddress?: Address;
  readonly name?: string;
}

/** What the founding minimal configuration says of a network (X8). */
export interface InlineNetwork {
  readonly network: string;
  readonly n: number;
  readonly f: number;
  readonly validators: readonly InlineValidator[];
  /** Balances in 10^-18 USDC. */
  readonly accounts: readonly { readonly address: Address; readonly balance: bigint }[];
  readonly leader?: Genesis["leader"];
}

/** Chain ids of genesis documents that are formed from a configuration (X8). */
export const inlineChainIds: Readonly<Record<string, number>> = { local: 52_470, devnet: 52_471 };

/** Fee address of a validator that has none of its own: the last 20 bytes of keccak(BLS key) (X8). */
export function inlineFeeAddress(blsPublicKey: Uint8Array): Address {
  return addressOf(keccak256(blsPublicKey).subarray(12));
}

/**
 * Forms the genesis of a configuration that lists keys and accounts and no genesis file (X8): fixed defaults make every
 * node derive the same one. Throws a GenesisError on networks other than `local` and `devnet`.
 */
export function inlineGenesis(inline: InlineNetwork): Genesis {
  const chainId = inlineChainIds[inline.network];
  const first = inline.validators[0];
  if (chainId === undefined || first === undefined) {
    throw new GenesisError(['inline validators form a genesis only on the networks "local" and "devnet" (X8)']);
  }
  const home = `0x${first.feeAddress ?? inlineFeeAddress(first.blsPublicKey)}`;
  const roles = ["owner", "masterMinter", "pauser", "blacklister", "rescuer"].map((role) => [role, home] as const);
  return parseGenesis({
    chainId,
    network: inline.network,
    timestamp: 0,
    n: inline.n,
    f: inline.f,
    leader: inline.leader,
    validators: inline.validators.map(({ blsPublicKey, blsPop, p2pPublicKey, p2pBinding, feeAddress, name }) => ({
      blsPublicKey: bytesToHex0x(blsPublicKey),
      p2pPublicKey: bytesToHex0x(p2pPublicKey),
      feeAddress: `0x${feeAddress ?? inlineFeeAddress(blsPublicKey)}`,
      ...(name === undefined ? {} : { name }),
      ...(blsPop === undefined ? {} : { blsPop: bytesToHex0x(blsPop) }),
      ...(p2pBinding === undefined ? {} : { p2pBinding: bytesToHex0x(p2pBinding) }),
    })),
    usdc: { roles: Object.fromEntries(roles) },
    treasury: home,
    alloc: Object.fromEntries(
      inline.accounts.map(({ address, balance }) => [`0x${address}`, { balance: `${balance}` }] as const),
    ),
  });
}
