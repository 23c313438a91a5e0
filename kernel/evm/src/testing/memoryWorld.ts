import { type Address, type Digest, digestOf, type Usdc18 } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { type Account, emptyCodeHash, emptyRoot, type StateReader } from "@polis/state";
import type { StateWriter } from "../seam/evm.ts";

/** One account of a small world. Slots that are 0 are absent. */
export interface WorldAccount {
  nonce: bigint;
  balance: bigint;
  code: Uint8Array;
  storage: Map<Digest, bigint>;
}

const SOME_ROOT = "5".repeat(64) as Digest;

/** A state in maps, for tests: it is read like a state of the chain, and a commit writes into it. */
export class MemoryWorld implements StateReader, StateWriter {
  readonly accounts = new Map<Address, WorldAccount>();
  readonly #codes = new Map<Digest, Uint8Array>();

  /** Sets an account as a whole. */
  put(address: Address, account: Partial<WorldAccount>): this {
    const whole = this.#entry(address);
    whole.nonce = account.nonce ?? 0n;
    whole.balance = account.balance ?? 0n;
    whole.storage = new Map(account.storage);
    this.setCode(address, account.code ?? new Uint8Array(0));
    return this;
  }

  account(address: Address): Account | undefined {
    const found = this.accounts.get(address);
    if (found === undefined || isEmpty(found)) return undefined;
    const { nonce, balance, code, storage } = found;
    const codeHash = code.length === 0 ? emptyCodeHash : digestOf(keccak256(code));
    // No test of the EVM proves slots, so any root that is not the empty one says that there are some.
    return { nonce, balance: balance as Usdc18, codeHash, storageRoot: storage.size === 0 ? emptyRoot : SOME_ROOT };
  }

  storage(address: Address, slot: Digest): bigint {
    return this.accounts.get(address)?.storage.get(slot) ?? 0n;
  }

  code(codeHash: Digest): Uint8Array | undefined {
    return this.#codes.get(codeHash);
  }

  setAccount(address: Address, nonce: bigint, balance: bigint): void {
    Object.assign(this.#entry(address), { nonce, balance });
  }

  setCode(address: Address, code: Uint8Array): void {
    this.#entry(address).code = code;
    this.#codes.set(digestOf(keccak256(code)), code);
  }

  setStorage(address: Address, slot: Digest, value: bigint): void {
    const { storage } = this.#entry(address);
    if (value === 0n) storage.delete(slot);
    else storage.set(slot, value);
  }

  destroy(address: Address): void {
    Object.assign(this.#entry(address), { nonce: 0n, code: new Uint8Array(0), storage: new Map() });
  }

  /** The same world again, independent of this one. */
  clone(): MemoryWorld {
    const copy = new MemoryWorld();
    for (const [address, account] of this.accounts) copy.put(address, account);
    return copy;
  }

  #entry(address: Address): WorldAccount {
    let found = this.accounts.get(address);
    if (found === undefined) {
      found = { nonce: 0n, balance: 0n, code: new Uint8Array(0), storage: new Map() };
      this.accounts.set(address, found);
    }
    return found;
  }
}

/** What a world holds, as text with one line per account and slot in ascending order: for comparing two worlds. */
export function describeWorld(accounts: Iterable<readonly [Address, WorldAccount]>): string[] {
  return [...accounts]
    .filter(([, account]) => !isEmpty(account))
    .flatMap(([address, { nonce, balance, code, storage }]) => [
      `${address} nonce ${nonce} balance ${balance} code ${code.toHex()}`,
      ...[...storage].filter(([, value]) => value !== 0n).map(([slot, value]) => `${address} ${slot} = ${value}`),
    ])
    .sort((a, b) => (a < b ? -1 : 1));
}

function isEmpty({ nonce, balance, code }: WorldAccount): boolean {
  return nonce === 0n && balance === 0n && code.length === 0;
}
