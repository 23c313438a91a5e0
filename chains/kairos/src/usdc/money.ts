import { type Address, usdc18 } from "@polis/codec";
import type { Account, StateOverlay, StateReader } from "@polis/state";
import { faceAddress } from "../addresses.ts";
import { faceSlot } from "./faceSlots.ts";

/** 10^12: native units in one unit of the face (kairos U2). */
export const nativePerUnit = 1_000_000_000_000n;

const maxBalance = (1n << 256n) - 1n;

/**
 * The way in which execution outside the EVM changes balances. It adds up every change, so that conservation (U5) is checked per
 * block without a scan. Arithmetic is checked (S3): a caller that lets a balance leave its range has a bug.
 */
export interface Money {
  account(address: Address): Account | undefined;
  /** Adds to a balance, creating the account when needed. */
  credit(address: Address, amount: bigint): void;
  /** Takes from a balance that the caller has checked, and sets the nonce. */
  spend(address: Address, nonce: bigint, amount: bigint): void;
  /** Counts what the EVM changed in all balances together: minus fees, plus mints, minus burns. */
  record(change: bigint): void;
  /** Sum of all changes so far, 10^-18 USDC. */
  delta(): bigint;
}

/** Wraps the state of the block that is being executed. */
export function createMoney(state: StateOverlay): Money {
  let delta = 0n;
  return {
    account: (address) => state.account(address),
    credit(address, amount) {
      const account = state.account(address);
      const balance = (account?.balance ?? 0n) + amount;
      if (balance > maxBalance) throw new Error(`balance overflow at ${address}`);
      state.setAccount(address, account?.nonce ?? 0n, usdc18(balance));
      delta += amount;
    },
    spend(address, nonce, amount) {
      const balance = (state.account(address)?.balance ?? 0n) - amount;
      if (balance < 0n) throw new Error(`balance underflow at ${address}`);
      state.setAccount(address, nonce, usdc18(balance));
      delta -= amount;
    },
    record(change) {
      delta += change;
    },
    delta: () => delta,
  };
}

/** What exists of USDC, in 10^-6 USDC (kairos U4). */
export interface Supply {
  readonly minted: bigint;
  readonly burned: bigint;
}

/** Reads the supply from the face's storage. */
export function readSupply(state: StateReader): Supply {
  return {
    minted: state.storage(faceAddress, faceSlot.totalMinted),
    burned: state.storage(faceAddress, faceSlot.totalBurned),
  };
}
