import type { Address, Digest } from "@polis/codec";

/** The Solidity types that the face's methods and events use. */
export type AbiType = "address" | "bool" | "bytes" | "bytes32" | "string" | "uint256" | "uint8";

/** How each type stands in TypeScript. */
export interface AbiValues {
  readonly address: Address;
  readonly bool: boolean;
  readonly bytes: Uint8Array;
  readonly bytes32: Digest;
  readonly string: string;
  readonly uint256: bigint;
  readonly uint8: number;
}

/** The values of a list of types. */
export type AbiTuple<T extends readonly AbiType[]> = { readonly [K in keyof T]: AbiValues[T[K]] };
