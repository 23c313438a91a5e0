import { type Address, type Digest, hexInto } from "@polis/codec";
import { emptyCodeHash, emptyRoot, type StateReader } from "@polis/state";
import * as layout from "../../assembly/layout.ts";
import type { Precompile } from "../precompiles/types.ts";
import type { BlockEnv } from "../seam/transaction.ts";
import type { KernelExports } from "./kernelExports.ts";
import type { KernelMemory } from "./kernelMemory.ts";
import type { Machine } from "./machine.ts";

/** What a transaction is executed on. */
export interface Surroundings {
  readonly state: StateReader;
  readonly env: BlockEnv;
}

/** Addresses that the driver runs itself. */
export interface SpecialAccounts {
  /** Address to `ACCOUNT_SPECIAL`. */
  readonly numbers: ReadonlyMap<Address, number>;
  readonly precompiles: readonly Precompile[];
}

/** Fills an account entry from the state. */
export function loadAccount(machine: Machine, special: SpecialAccounts, state: StateReader, entry: number): void {
  const { memory } = machine;
  const address = machine.addressToLoad(entry);
  const number = special.numbers.get(address);
  const { view } = memory;
  if (number !== undefined) view.setUint32(entry + layout.ACCOUNT_SPECIAL, number, true);
  const account = state.account(address);
  let flags = 0;
  if (account !== undefined) {
    flags = layout.FLAG_EXISTS;
    memory.setWord(entry + layout.ACCOUNT_BALANCE, account.balance);
    memory.setWord(entry + layout.ACCOUNT_OLD_BALANCE, account.balance);
    view.setBigUint64(entry + layout.ACCOUNT_NONCE, account.nonce, true);
    view.setBigUint64(entry + layout.ACCOUNT_OLD_NONCE, account.nonce, true);
    if (account.codeHash !== emptyCodeHash) {
      flags |= layout.FLAG_HAS_CODE;
      const at = entry + layout.ACCOUNT_CODE_HASH;
      hexInto(memory.bytes, at, account.codeHash);
    }
    if (account.storageRoot !== emptyRoot) flags |= layout.FLAG_HAS_STORAGE;
  }
  view.setUint32(entry + layout.ACCOUNT_FLAGS, flags, true);
  machine.loaded(address);
}

/** Fills a storage entry from the state. */
export function loadSlot(machine: Machine, state: StateReader, entry: number): void {
  const { memory } = machine;
  const address = machine.address(memory.u32(entry + layout.SLOT_ACCOUNT));
  const value = state.storage(address, memory.digest(entry + layout.SLOT_KEY));
  if (value !== 0n) memory.setWord(entry + layout.SLOT_VALUE, value);
}

/** Places a code of the state in the kernel. */
export function loadCode(kernel: KernelExports, memory: KernelMemory, state: StateReader, hash: number): number {
  const name = memory.hex(hash, 32) as Digest;
  const code = state.code(name);
  // An account that names a code which is not there is a broken database, no result of the EVM (kairos E4).
  if (code === undefined) throw new Error(`the state has no code with the hash ${name}`);
  const block = kernel.newCode(code.length);
  memory.bytes.set(code, block + layout.CODE_START);
  return block;
}

/** Writes the hash of a block as a word. */
export function loadBlockHash(memory: KernelMemory, env: BlockEnv, number: bigint, word: number): number {
  const hash = env.blockHash(number);
  if (hash === undefined) return 0;
  memory.setHex(word, hash);
  return 1;
}

/** Runs a precompile: gas that is left, or -1 when it failed. */
export function runPrecompile(
  kernel: KernelExports,
  memory: KernelMemory,
  contract: Precompile,
  input: number,
  length: number,
  gas: bigint,
): bigint {
  // A view: calldata of any length costs its caller nothing, so nothing may be done with it before it is paid for.
  const bytes = memory.bytes.subarray(input, input + length);
  const price = contract.gas(bytes);
  if (price > gas) return -1n;
  let output = contract.run(bytes);
  if (output === undefined) return -1n;
  // Room for the output may move the memory that the output is part of.
  if (output.buffer === bytes.buffer) output = output.slice();
  const at = kernel.newReturnData(output.length);
  memory.bytes.set(output, at);
  return gas - price;
}
