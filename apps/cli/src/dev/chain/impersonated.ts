import { type Address, addressOf, addressToBytes, type Digest, digestOf } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import {
  decodeBlock,
  digestKey,
  type EthereumFields,
  encodeEthereum,
  type KairosLedger,
  type KairosParams,
} from "@polis/kairos";
import type { Row, Store } from "@polis/ports";

const prefix = new TextEncoder().encode("devSender:");

/**
 * The envelope of a transaction of an account whose key nobody has. Its signature proves nothing; it holds the sender, so
 * that equal transactions of two senders differ.
 */
export function unsignedEnvelope(fields: EthereumFields, sender: Address): Uint8Array {
  const signature = new Uint8Array(64);
  signature.set(addressToBytes(sender), 12);
  signature[0] = 1;
  signature[63] = 1;
  return encodeEthereum(fields, 0, signature);
}

/** The row that remembers who sent such an envelope: whoever reads its block later cannot recover it. */
export function senderRow(envelope: Uint8Array, sender: Address): Row {
  return { table: "meta", key: keyOf(digestOf(keccak256(envelope))), value: addressToBytes(sender) };
}

/** The remembered sender of an envelope; undefined for one with a signature. */
export function rememberedSender(store: Store, hash: Digest): Address | undefined {
  const row = store.get("meta", keyOf(hash));
  return row === undefined ? undefined : addressOf(row);
}

/** Tells a ledger the remembered senders of a block before it decodes its body again. */
export function markSenders(ledger: KairosLedger, store: Store, params: KairosParams, block: Digest): void {
  const body = ledger.blockByDigest(block);
  const decoded = body === undefined ? undefined : decodeBlock(body, params);
  if (decoded?.ok !== true) return;
  for (const envelope of decoded.value.transactions) {
    const sender = rememberedSender(store, digestOf(keccak256(envelope)));
    if (sender !== undefined) ledger.markVerified(envelope, sender);
  }
}

function keyOf(hash: Digest): Uint8Array {
  const key = new Uint8Array(prefix.length + 32);
  key.set(prefix);
  key.set(digestKey(hash), prefix.length);
  return key;
}
