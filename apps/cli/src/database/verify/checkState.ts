import { type Address, addressOf, concatBytes, type Digest, digestOf, encodeRlp, rlpUint } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { nativePerUnit, readSupply } from "@polis/kairos";
import {
  type Account,
  accountKey,
  accountTrieOwner,
  afterPrefix,
  decodeSlimAccount,
  emptyCodeHash,
  emptyRoot,
  type TrieLeaf,
  walkTrie,
} from "@polis/state";
import type { VerifyContext } from "./types.ts";

/**
 * The state behind the tip (S1, S2, U5): the trie has the header's root, holds exactly what the flat tables hold, and the
 * balances add up to the supply. In one pass and little memory: two sets are compared by the sum of their hashes.
 */
export function checkState(context: VerifyContext): void {
  const { store, snapshot, ledger, found, progress } = context;
  const total = snapshot.count("accounts");
  const { header } = ledger.head();
  let trieRows = 0;
  const flat = new SetSum();
  let balances = 0n;
  let slots = 0;
  let done = 0;
  for (const [key, row] of store.range("accounts", { limit: Number.MAX_SAFE_INTEGER })) {
    const address = addressOf(key);
    const account = decodeSlimAccount(row);
    if (account === undefined) {
      found(`the row of account 0x${address} is malformed`);
      return;
    }
    balances += account.balance;
    flat.add([keccak256(key), trieValue(account)]);
    checkCode(context, address, account);
    slots += checkStorage(context, address, account, () => trieRows++);
    if (++done % 1_000 === 0) progress(done, total);
  }
  const trie = sumOf(context, accountTrieOwner, header.stateRoot, () => trieRows++);
  if (trie !== undefined && !trie.equals(flat)) found("the state trie and the accounts are not the same");
  if (slots !== snapshot.count("storage"))
    found(`${snapshot.count("storage") - slots} storage rows belong to no account`);
  if (trie !== undefined && trieRows !== snapshot.count("trie")) {
    found(`${snapshot.count("trie") - trieRows} rows of the trie belong to no state`);
  }
  checkSupply(context, balances);
}

function checkSupply({ ledger, found }: VerifyContext, balances: bigint): void {
  const { minted, burned } = ledger.supply();
  if (balances !== (minted - burned) * nativePerUnit) {
    found(`all balances are ${balances}, minted less burned is ${(minted - burned) * nativePerUnit} (U5)`);
  }
  const face = readSupply(ledger.stateAtHeight(ledger.lastFinalized.height)!);
  if (face.minted !== minted || face.burned !== burned) found("the USDC face counts another supply than the ledger");
}

function checkCode({ store, found }: VerifyContext, address: Address, { codeHash }: Account): void {
  if (codeHash === emptyCodeHash) return;
  const code = store.get("code", Uint8Array.fromHex(codeHash));
  if (code === undefined || digestOf(keccak256(code)) !== codeHash)
    found(`the code of 0x${address} is absent or damaged`);
}

/** @returns how many rows the account's storage has */
function checkStorage(context: VerifyContext, address: Address, account: Account, onRow: () => void): number {
  const { store, found } = context;
  const prefix = accountKey(address);
  const flat = new SetSum();
  for (const [key, value] of store.range("storage", {
    from: prefix,
    to: afterPrefix(prefix),
    limit: Number.MAX_SAFE_INTEGER,
  })) {
    flat.add([keccak256(key.subarray(20)), encodeRlp(value)]);
  }
  if (account.storageRoot === emptyRoot && flat.count === 0) return 0;
  const trie = sumOf(context, keccak256(prefix), account.storageRoot, onRow);
  if (trie !== undefined && !trie.equals(flat))
    found(`the storage trie and the slots of 0x${address} are not the same`);
  return flat.count;
}

function sumOf(
  { store, found }: VerifyContext,
  owner: Uint8Array,
  root: Digest,
  onRow: () => void,
): SetSum | undefined {
  const sum = new SetSum();
  try {
    for (const leaf of walkTrie(store, owner, root, onRow)) sum.add(leaf);
    return sum;
  } catch (error) {
    found(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function trieValue({ nonce, balance, storageRoot, codeHash }: Account): Uint8Array {
  const hash = (digest: Digest) => Uint8Array.fromHex(digest);
  return encodeRlp([rlpUint(nonce), rlpUint(balance), hash(storageRoot), hash(codeHash)]);
}

/** The sum of the hashes of a set's members: the same whatever the order, another one when a member differs. */
class SetSum {
  count = 0;
  #sum = 0n;

  add([key, value]: TrieLeaf): void {
    const hash = keccak256(concatBytes(key, value));
    this.#sum = (this.#sum + BigInt(`0x${hash.toHex()}`)) & ((1n << 256n) - 1n);
    this.count++;
  }

  equals(other: SetSum): boolean {
    return this.count === other.count && this.#sum === other.#sum;
  }
}
