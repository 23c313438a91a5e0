import { type Address, equalBytes, ok, type Result, readU32 } from "@polis/codec";
import { RecentCache } from "@polis/state";
import type { TransactionFault } from "../errors.ts";
import type { KairosParams } from "../params.ts";
import { paymentType } from "../payment/types.ts";
import { decodeTransaction, verifyTransaction } from "../transaction/decodeTransaction.ts";
import { createEnvelopeSlab } from "../transaction/envelopeSlab.ts";
import type { DecodedTransaction, VerifiedTransaction } from "../transaction/types.ts";

/**
 * Two generations together: about 26,000 plain payments. A pool that is deeper than that costs a second verification of
 * what has fallen out, and no more memory.
 */
const maxBytes = 96 * 1024 * 1024;
/** What a decoded payment takes beside its envelope, as measured on the heap. */
const overheadBytes = 3_600;
/** What a decoded and recovered EIP-7702 tuple takes. */
const authorizationBytes = 900;

/**
 * Transactions whose full envelope was verified (K3): a payment is decoded, hashed and verified once in its life, and a
 * block's envelope is matched to it byte by byte, which proves the hash computed then (K4) for a tenth of its price.
 */
export interface VerifiedCache {
  /** The transaction with exactly these bytes. */
  find(envelope: Uint8Array): VerifiedTransaction | undefined;
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
  const held = new RecentCache<number, VerifiedTransaction>(
    maxBytes,
    ({ transaction }) => transaction.envelope.length + overheadBytes + authorizationBytes * tuplesOf(transaction),
  );
  const slab = createEnvelopeSlab();
  const find = (envelope: Uint8Array) => {
    const known = held.get(tailOf(envelope));
    return known !== undefined && equalBytes(known.transaction.envelope, envelope) ? known : undefined;
  };
  const put = (verified: VerifiedTransaction) => held.set(tailOf(verified.transaction.envelope), verified);
  return {
    find,
    put,
    own: (envelope) => slab.keep(envelope),
    resolve(envelope) {
      const known = find(envelope);
      if (known !== undefined) return ok(known);
      const decoded = decodeTransaction(slab.keep(envelope), params);
      if (!decoded.ok) return decoded;
      const verified = verifyTransaction(decoded.value);
      if (verified.ok) put(verified.value);
      return verified;
    },
    mark(envelope, sender) {
      const known = find(envelope);
      if (known !== undefined) return ok(known);
      const decoded = decodeTransaction(slab.keep(envelope), params);
      if (!decoded.ok) return decoded;
      const verified = { transaction: decoded.value, sender };
      put(verified);
      return ok(verified);
    },
  };
}

function tuplesOf(transaction: DecodedTransaction): number {
  return transaction.type === paymentType ? 0 : transaction.authorizations.length;
}

/**
 * Four bytes near the end of an envelope as a small integer: they lie in a signature, so they differ between envelopes.
 * One that was made to share them takes the place of another, which is then verified once more.
 */
function tailOf(envelope: Uint8Array): number {
  const at = envelope.length - 8;
  return at < 0 ? 0 : readU32(envelope, at) >>> 2;
}
