import type { Address, Digest } from "@polis/codec";
import type { EvmLog, NativeContract, NativeFrame } from "@polis/evm";

/** How a frame of the double dies; all its gas is gone. */
export class Halted extends Error {}

/** The world of one transaction of the double; frames copy it on entry and put the copy back on failure. */
export interface DoubleState {
  balances: Map<Address, bigint>;
  nonces: Map<Address, bigint>;
  codes: Map<Address, Uint8Array>;
  /** By address and slot, joined. */
  storage: Map<string, bigint>;
  warm: Set<string>;
  logs: EvmLog[];
  refund: bigint;
}

/** What a frame of the double is opened with. */
export interface DoubleMessage {
  readonly address: Address;
  readonly caller: Address;
  readonly input: Uint8Array;
  readonly value: bigint;
  readonly isStatic: boolean;
}

/** Things that stay the same within a transaction. */
export interface DoubleEnv {
  readonly chainId: bigint;
  readonly timestampS: number;
  /** Slots as they were when the transaction began. */
  readonly original: ReadonlyMap<string, bigint>;
}

/** A copy that shares nothing that changes. */
export function copyState(state: DoubleState): DoubleState {
  return {
    balances: new Map(state.balances),
    nonces: new Map(state.nonces),
    codes: new Map(state.codes),
    storage: new Map(state.storage),
    warm: new Set(state.warm),
    logs: [...state.logs],
    refund: state.refund,
  };
}

/** EIP-161: no nonce, no balance, no code. */
export function isEmpty(state: DoubleState, address: Address): boolean {
  return !state.balances.get(address) && !state.nonces.get(address) && !state.codes.get(address)?.length;
}

/** A native frame with the gas rules of Ethereum, over plain maps. `meter` holds the gas that is left. */
export function doubleFrame(
  state: DoubleState,
  env: DoubleEnv,
  message: DoubleMessage,
  meter: { gas: bigint },
): NativeFrame {
  const { address, isStatic } = message;
  const key = (slot: Digest) => `${address}:${slot}`;
  const read = (slot: Digest) => state.storage.get(key(slot)) ?? 0n;

  function charge(gas: number | bigint): void {
    if (meter.gas < BigInt(gas)) throw new Halted("out of gas");
    meter.gas -= BigInt(gas);
  }

  function isCold(what: string): boolean {
    const cold = !state.warm.has(what);
    state.warm.add(what);
    return cold;
  }

  function touchAccount(account: Address): void {
    charge(isCold(account) ? 2_600 : 100);
  }

  function refuseStatic(): void {
    if (isStatic) throw new Halted("write in a static frame");
  }

  return {
    ...message,
    inputBytes: message.input.length,
    readInput(at, length) {
      const read = new Uint8Array(length);
      read.set(message.input.subarray(at, at + length));
      return read;
    },
    chainId: env.chainId,
    timestampS: env.timestampS,
    balance: (of) => state.balances.get(of) ?? 0n,
    nonce: (of) => state.nonces.get(of) ?? 0n,
    code: (of) => state.codes.get(of) ?? new Uint8Array(0),
    storage: (of, slot) => state.storage.get(`${of}:${slot}`) ?? 0n,
    gasLeft: () => meter.gas,
    charge,
    touchAccount,
    sload(slot) {
      charge(isCold(key(slot)) ? 2_100 : 100);
      return read(slot);
    },
    sstore(slot, value) {
      refuseStatic();
      if (meter.gas <= 2_300n) throw new Halted("out of gas");
      const cold = isCold(key(slot)) ? 2_100 : 0;
      const cost = storeCost(env.original.get(key(slot)) ?? 0n, read(slot), value);
      charge(cold + cost.gas);
      state.refund += cost.refund;
      state.storage.set(key(slot), value);
    },
    readBalance(of) {
      touchAccount(of);
      return state.balances.get(of) ?? 0n;
    },
    addBalance(of, delta) {
      refuseStatic();
      charge(delta > 0n && isEmpty(state, of) ? 27_900 : 2_900);
      const balance = (state.balances.get(of) ?? 0n) + delta;
      if (balance < 0n || balance >= 1n << 256n) throw new Error("balance out of range");
      state.balances.set(of, balance);
    },
    log(topics, data) {
      refuseStatic();
      charge(375 + 375 * topics.length + 8 * data.length);
      state.logs.push({ address, topics, data });
    },
  };
}

/** EIP-2200 with the numbers of EIP-2929 and EIP-3529. */
function storeCost(original: bigint, current: bigint, value: bigint): { gas: number; refund: bigint } {
  if (current === value) return { gas: 100, refund: 0n };
  if (current === original) {
    if (original === 0n) return { gas: 20_000, refund: 0n };
    return { gas: 2_900, refund: value === 0n ? 4_800n : 0n };
  }
  let refund = 0n;
  if (original !== 0n) {
    if (current === 0n) refund -= 4_800n;
    if (value === 0n) refund += 4_800n;
  }
  if (value === original) refund += original === 0n ? 19_900n : 2_800n;
  return { gas: 100, refund };
}

/** Contracts of the double by address. */
export type DoubleContracts = ReadonlyMap<Address, NativeContract>;
