import type { Address, Digest } from "@polis/codec";
import type { NativeFrame } from "@polis/evm";

/** Reads a slot that holds an address. */
export function loadAddress(frame: NativeFrame, slot: Digest): Address {
  return frame.sload(slot).toString(16).padStart(40, "0") as Address;
}

/** Writes an address into a slot. */
export function storeAddress(frame: NativeFrame, slot: Digest, account: Address): void {
  frame.sstore(slot, BigInt(`0x${account}`));
}

/** Reads a slot that holds a truth value. */
export function loadFlag(frame: NativeFrame, slot: Digest): boolean {
  return frame.sload(slot) !== 0n;
}

/** Writes a truth value into a slot. */
export function storeFlag(frame: NativeFrame, slot: Digest, flag: boolean): void {
  frame.sstore(slot, flag ? 1n : 0n);
}
