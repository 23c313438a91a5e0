import type { Address, Digest, Result } from "@polis/codec";
import { digestOf, ok } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { RecentCache } from "@polis/state";
import type { TransactionFault } from "../errors.ts";
import type { KairosParams } from "../params.ts";
import { decodeTransaction, verifyTransaction } from "../transaction/decodeTransaction.ts";
import { createEnvelopeSlab } from "../transaction/envelopeSlab.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";

/** Two generations together: about 90,000 plain payments. */
const maxBytes = 128 * 1024 * 1024;
/** What a decoded payment takes beside its envelope, roughly. */
const overheadBytes = 1_200;

/**
 * Transactions whose full envelope was verified, by hash (K3): a payment is decoded and verified once in its life, and a
 * block's envelope is matched to it by its keccak alone.
 */
export interface VerifiedCache {
  get(hash: Digest): VerifiedTransaction | undefined;
  /** Keeps a transaction that was verified here or by a worker. */
  put(verified: VerifiedTransaction): void;
  /** A copy of an envelope to keep: a view would keep the block, frame or batch it came in. */
  own(envelope: Uint8Array): Uint8Array;
  /** The transaction of an envelope, from the cache or decoded and verified now. */
  resolve(envelope: Uint8Array): Result<VerifiedTransaction, TransactionFault>;
  /** Keeps an envelope whose signatures a worker has checked, with the sender that they prove. */
  mark(envelope: Uint8Array, sender: Address): Result<VerifiedTransaction, TransactionFault>;
}

/** Makes an empty cache; one per ledger. */
export function createVerifiedCache(params: Pick<KairosParams, "chainId" | "tx">): VerifiedCache {
  const held = new RecentCache<Digest, VerifiedTransaction>(
    maxBytes,
    ({ transaction }) => transaction.envelope.length + overheadBytes,
  );
  const slab = createEnvelopeSlab();
  const put = (verified: VerifiedTransaction) => held.set(verified.transaction.hash, verified);
  return {
    get: (hash) => held.get(hash),
    put,
    own: (envelope) => slab.keep(envelope),
    resolve(envelope) {
      const hashBytes = keccak256(envelope);
      const known = held.get(digestOf(hashBytes));
      if (known !== undefined) return ok(known);
      const decoded = decodeTransaction(slab.keep(envelope), params, hashBytes);
      if (!decoded.ok) return decoded;
      const verified = verifyTransaction(decoded.value);
      if (verified.ok) put(verified.value);
      return verified;
    },
    mark(envelope, sender) {
      const hashBytes = keccak256(envelope);
      const known = held.get(digestOf(hashBytes));
      if (known !== undefined) return ok(known);
      const decoded = decodeTransaction(slab.keep(envelope), params, hashBytes);
      if (!decoded.ok) return decoded;
      const verified = { transaction: decoded.value, sender };
      put(verified);
      return ok(verified);
    },
  };
}
