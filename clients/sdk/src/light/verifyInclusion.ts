import { type Digest, digestOf } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { decodeReceipt, decodeTransaction, defaults, verifyTransaction } from "@polis/kairos";
import { listKey, verifyProof } from "@polis/state";
import { LightClientError } from "../errors/lightClientError.ts";
import type { FinalBlock, InclusionProof, ProvenReceipt, ProvenTransaction } from "./types.ts";

/** Positions in a list trie have at most three bytes. */
const maxIndex = 0xff_ffff;

/** What a light client accepts of a transaction: limits above any network's, because the block is final already. */
const anyTransaction = { ...defaults.tx, maxBytes: 16_777_216, maxGas: 1n << 63n, allowUnprotected: true };

/**
 * Checks that a transaction is in a final block (kairos L4), that its hash is the one asked for, and who signed it.
 * @throws LightClientError `transaction`
 * @example
 * const proof = await source.inclusion(parseHash(paid), "transaction");
 * verifyInclusion(light.verify(proof.finality), parseHash(paid), client.chainId, proof).from; // => carol.address
 */
export function verifyInclusion(
  block: FinalBlock,
  hash: Digest,
  chainId: bigint,
  { index, value, proof }: InclusionProof,
): ProvenTransaction {
  mustBeIndex(index, "transaction");
  if (digestOf(keccak256(value)) !== hash) throw new LightClientError("transaction", "another transaction was sent");
  const proven = verifyProof(block.header.transactionsRoot, listKey(index), proof);
  if (!proven.ok) throw new LightClientError("transaction", `the proof fails: ${proven.fault.code}`);
  if (proven.value === undefined || digestOf(keccak256(proven.value)) !== hash) {
    throw new LightClientError("transaction", `it is not at place ${index} of block ${block.height}`);
  }
  const decoded = decodeTransaction(proven.value, { chainId, tx: anyTransaction }, hash);
  const verified = decoded.ok ? verifyTransaction(decoded.value) : decoded;
  if (!verified.ok) throw new LightClientError("transaction", `${verified.fault.detail ?? verified.fault.code}`);
  return {
    block,
    hash: `0x${hash}`,
    index,
    from: `0x${verified.value.sender}`,
    transaction: verified.value.transaction,
  };
}

/**
 * Checks the receipt of a transaction that is proven already. A receipt names no transaction: only its place, which the
 * transaction's own proof gives, ties the two together.
 * @throws LightClientError `receipt`
 * @example
 * const place = await light.transaction(paid);
 * verifyReceipt(place, await source.inclusion(parseHash(paid), "receipt")).status; // => "succeeded"
 */
export function verifyReceipt(place: ProvenTransaction, { index, proof }: InclusionProof): ProvenReceipt {
  mustBeIndex(index, "receipt");
  if (index !== place.index) throw new LightClientError("receipt", "it is the receipt of another transaction");
  const proven = verifyProof(place.block.header.receiptsRoot, listKey(index), proof);
  if (!proven.ok) throw new LightClientError("receipt", `the proof fails: ${proven.fault.code}`);
  if (proven.value === undefined) throw new LightClientError("receipt", `none at place ${index}`);
  const receipt = decodeReceipt(proven.value);
  if (!receipt.ok) throw new LightClientError("receipt", receipt.fault.code);
  const { status, logs } = receipt.value;
  return { ...place, status: status === 1 ? "succeeded" : "failed", logs };
}

function mustBeIndex(index: number, step: "transaction" | "receipt"): void {
  if (!Number.isInteger(index) || index < 0 || index > maxIndex) throw new LightClientError(step, "not a place");
}
