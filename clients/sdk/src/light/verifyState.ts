import {
  type Address,
  addressToBytes,
  type Digest,
  decodeRlp,
  decodeRlpList,
  digestOf,
  digestToBytes,
  readRlpUint,
} from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { nativePerUnit } from "@polis/kairos";
import { emptyCodeHash, emptyRoot, verifyProof } from "@polis/state";
import { LightClientError } from "../errors/lightClientError.ts";
import type { FinalBlock, VerifiedAccount } from "./types.ts";

const accountLimits = { maxBytes: 128, maxItems: 5, maxDepth: 1 };
const slotLimits = { maxBytes: 33, maxItems: 1, maxDepth: 0 };

/**
 * Checks the proof of an account, or of its absence, under the state root of a final block (kairos L4, S1).
 * @param proof trie nodes from the root down
 * @throws LightClientError `account`
 * @example
 * const block = await light.latest();
 * const { accountProof } = await source.state(parseAddress(alice.address), [], block.hash.slice(2));
 * verifyAccount(block, parseAddress(alice.address), accountProof).usdc6; // => 1_000_000_000n
 */
export function verifyAccount(block: FinalBlock, address: Address, proof: readonly Uint8Array[]): VerifiedAccount {
  const proven = verifyProof(block.header.stateRoot, keccak256(addressToBytes(address)), proof);
  if (!proven.ok) throw new LightClientError("account", `the proof of 0x${address} fails: ${proven.fault.code}`);
  if (proven.value === undefined) {
    const none = { nonce: 0n, balance: 0n, usdc6: 0n };
    return { block, exists: false, ...none, codeHash: `0x${emptyCodeHash}`, storageRoot: `0x${emptyRoot}` };
  }
  const items = decodeRlpList(proven.value, accountLimits);
  const [nonceItem, balanceItem, storageRoot, codeHash] = items.ok ? items.value : [];
  const nonce = nonceItem && readRlpUint(nonceItem, 8);
  const balance = balanceItem && readRlpUint(balanceItem, 32);
  if (
    !items.ok ||
    items.value.length !== 4 ||
    !nonce?.ok ||
    !balance?.ok ||
    !isHash(storageRoot) ||
    !isHash(codeHash)
  ) {
    throw new LightClientError("account", `what the state holds at 0x${address} is not an account`);
  }
  return {
    block,
    exists: true,
    nonce: nonce.value,
    balance: balance.value,
    usdc6: balance.value / nativePerUnit,
    codeHash: `0x${digestOf(codeHash)}`,
    storageRoot: `0x${digestOf(storageRoot)}`,
  };
}

/**
 * Checks the proof of one slot under the storage root of a proven account; an absent slot is 0.
 * @throws LightClientError `storage`
 * @example
 * const nobody = await light.account(bob.address);
 * verifySlot(nobody, "00".repeat(32), []); // => 0n
 */
export function verifySlot(account: VerifiedAccount, slot: Digest, proof: readonly Uint8Array[]): bigint {
  const root = account.storageRoot.slice(2) as Digest;
  const proven = verifyProof(root, keccak256(digestToBytes(slot)), proof);
  if (!proven.ok) throw new LightClientError("storage", `the proof of slot 0x${slot} fails: ${proven.fault.code}`);
  if (proven.value === undefined) return 0n;
  const item = decodeRlp(proven.value, slotLimits);
  const value = item.ok ? readRlpUint(item.value, 32) : item;
  if (!value.ok) throw new LightClientError("storage", `what is stored at slot 0x${slot} is not a word`);
  return value.value;
}

function isHash(item: unknown): item is Uint8Array {
  return item instanceof Uint8Array && item.length === 32;
}
