import type { Address, Digest } from "@polis/codec";

/**
 * The state as the running transaction sees it at this instant: all writes of open frames included. Reading here costs
 * no gas and warms nothing.
 */
export interface SubstateReader {
  /** 10^-18 USDC, or wei. */
  balance(address: Address): bigint;
  nonce(address: Address): bigint;
  /** Code that a call would run: of a delegated account (EIP-7702) still its 23-byte designator. Empty when none. */
  code(address: Address): Uint8Array;
  storage(address: Address, slot: Digest): bigint;
}
