import type { Address, Digest } from "@polis/codec";
import * as layout from "../../assembly/layout.ts";
import type { NativeFrame } from "../seam/native.ts";
import type { BlockEnv } from "../seam/transaction.ts";
import type { Machine } from "./machine.ts";

const MAX_WORD = (1n << 256n) - 1n;
const MAX_GAS = (1n << 63n) - 1n;

/** Thrown through a native contract whose frame has failed. */
export class NativeHalt extends Error {
  constructor() {
    super("the native frame has failed");
    this.name = "NativeHalt";
  }
}

/** A native contract's frame: the kernel's running frame while the contract runs. */
export class KernelNativeFrame implements NativeFrame {
  readonly address: Address;
  readonly caller: Address;
  readonly inputBytes: number;
  readonly value: bigint;
  readonly isStatic: boolean;
  readonly chainId: bigint;
  readonly timestampS: number;
  /** HALT_ number once the frame has failed, even if the contract caught the exception. */
  halt = layout.HALT_NONE;
  readonly #machine: Machine;
  /** Where the calldata begins, from the start of the arena. It stays there while the caller waits. */
  readonly #inputAt: number;
  #input: Uint8Array | undefined;

  constructor(machine: Machine, env: BlockEnv) {
    const { kernel, memory } = machine;
    const frame = kernel.frameAt();
    this.#machine = machine;
    this.address = machine.address(memory.u32(frame + layout.FRAME_SELF));
    this.caller = machine.address(memory.u32(frame + layout.FRAME_CALLER));
    this.#inputAt = memory.u32(frame + layout.FRAME_INPUT);
    this.inputBytes = memory.u32(frame + layout.FRAME_INPUT_BYTES);
    this.value = memory.word(frame + layout.FRAME_VALUE);
    this.isStatic = memory.u32(frame + layout.FRAME_IS_STATIC) !== 0;
    this.chainId = env.chainId;
    this.timestampS = env.timestampS;
  }

  get input(): Uint8Array {
    this.#input ??= this.readInput(0, this.inputBytes);
    return this.#input;
  }

  readInput(at: number, length: number): Uint8Array {
    const { kernel, memory } = this.#machine;
    const from = Math.min(at, this.inputBytes);
    const there = Math.min(length, this.inputBytes - from);
    const start = kernel.arenaAt() + this.#inputAt + from;
    if (there === length) return memory.copy(start, length);
    const read = new Uint8Array(length);
    read.set(memory.copy(start, there));
    return read;
  }

  gasLeft(): bigint {
    return this.#machine.kernel.gasOfFrame();
  }

  charge(gas: number | bigint): void {
    const amount = BigInt(gas);
    if (amount < 0n) throw new RangeError("gas must not be negative");
    this.check(this.#machine.kernel.nativeCharge(amount > MAX_GAS ? MAX_GAS : amount));
  }

  sload(slot: Digest): bigint {
    this.#machine.mailSlot(slot);
    this.check(this.#machine.kernel.nativeSload());
    return this.#machine.mailedWord();
  }

  sstore(slot: Digest, value: bigint): void {
    if (value < 0n || value > MAX_WORD) throw new RangeError("a slot holds 0..2^256-1");
    this.#machine.mailSlot(slot);
    this.#machine.mailWord(value);
    this.check(this.#machine.kernel.nativeSstore());
  }

  readBalance(address: Address): bigint {
    this.touchAccount(address);
    return this.#machine.balance(address);
  }

  addBalance(address: Address, delta: bigint): void {
    const balance = this.#machine.balance(address) + delta;
    if (balance < 0n || balance > MAX_WORD) throw new RangeError(`the balance of ${address} would leave 0..2^256-1`);
    const account = this.#machine.account(address);
    this.#machine.kernel.seeAccount(account);
    this.#machine.mailWord(balance);
    this.check(this.#machine.kernel.nativeSetBalance(account));
  }

  log(topics: readonly Digest[], data: Uint8Array): void {
    this.check(this.#machine.kernel.nativeLogGas(topics.length, data.length));
    this.#machine.appendLog({ address: this.address, topics, data });
  }

  touchAccount(address: Address): void {
    const account = this.#machine.account(address);
    this.#machine.kernel.seeAccount(account);
    this.check(this.#machine.kernel.nativeTouch(account));
  }

  balance(address: Address): bigint {
    return this.#machine.balance(address);
  }

  nonce(address: Address): bigint {
    return this.#machine.nonce(address);
  }

  code(address: Address): Uint8Array {
    return this.#machine.code(address);
  }

  storage(address: Address, slot: Digest): bigint {
    return this.#machine.storage(address, slot);
  }

  /** Fails the frame when an operation did. */
  private check(halt: number): void {
    if (this.halt === layout.HALT_NONE) this.halt = halt;
    if (this.halt !== layout.HALT_NONE) throw new NativeHalt();
  }
}
