import type { Address, Digest } from "@polis/codec";
import type { PoolTransaction } from "../types.ts";

/** The i-th address of the tests. */
export function testAddress(i: number): Address {
  return `f${i.toString(16).padStart(39, "0")}` as Address;
}

let made = 0;

/** A pool transaction for tests and benchmarks; every call makes another hash. */
export function testTransaction(
  sender: number,
  nonce: number,
  changes: Partial<PoolTransaction> = {},
): PoolTransaction {
  made++;
  return {
    hash: made.toString(16).padStart(64, "0") as Digest,
    envelope: new Uint8Array(10),
    sender: testAddress(sender),
    nonce: BigInt(nonce),
    gas: 21_000n,
    feeCap: 100n,
    tipCap: 1n,
    senderCost: 1n,
    feePayer: undefined,
    feePayerCost: 0n,
    validAfterS: 0,
    validBeforeS: 0,
    decoded: undefined,
    ...changes,
  };
}
