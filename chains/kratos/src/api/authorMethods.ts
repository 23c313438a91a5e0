import { decodeKce, encodeKce } from "@polis/codec";
import { MAX_TRANSACTION_BYTES, type SignedTransaction } from "../transaction/transaction.ts";
import type { KratosBackend } from "./backend.ts";
import { type Answer, apiErrors, type Method, method, refusal, result } from "./method.ts";
import { hex, transactionJson } from "./objects.ts";
import { hash32, signedTransaction } from "./params.ts";
import { ShapeError } from "./shape.ts";

/** Transactions that one answer lists (kratos-core 13.3). */
const MAX_LISTED = 1_000;

/** The namespaces `author` and `mempool` (kratos-core 13.3). */
export const authorMethods: Readonly<Record<string, Method>> = {
  author_submitTransaction: method([signedTransaction], submit),
  author_pendingTransactions: method([], (node) => result(listed(node))),
  author_removeTransaction: method([hash32("hash")], (node, [hash]) =>
    node.unsafe ? result(node.pool.remove(hash)) : refusal(apiErrors.methodNotFound, "Method not found"),
  ),
  mempool_status: method([], ({ pool }) =>
    result({ pendingCount: pool.size, totalFees: pool.totalFees.toString(), stats: { ...pool.stats } }),
  ),
  mempool_content: method([], (node) => result(listed(node))),
};

function listed(node: KratosBackend) {
  return [...node.pool.entries()].slice(0, MAX_LISTED).map(({ signed }) => transactionJson(node, signed));
}

function submit(node: KratosBackend, [given]: readonly [SignedTransaction]): Answer {
  const outcome = node.submit(asEncoded(node, given));
  if (outcome.ok) return result({ hash: hex(outcome.hash), message: "Transaction submitted" });
  const { reason } = outcome;
  return refusal(apiErrors.transactionRejected, `Transaction rejected: ${reason}`, { reason });
}

/** What comes out of the encoding is what every node sees; a number that does not fit its field is the caller's mistake. */
function asEncoded({ reader }: KratosBackend, given: SignedTransaction): SignedTransaction {
  const { signed } = reader.tree.codec;
  let bytes: Uint8Array;
  try {
    bytes = encodeKce(signed, given);
  } catch (error) {
    if (error instanceof RangeError)
      throw new ShapeError("transaction", `numbers that fit their fields: ${error.message}`);
    throw error;
  }
  const decoded = decodeKce(signed, bytes, MAX_TRANSACTION_BYTES);
  if (!decoded.ok) throw new ShapeError("transaction", `an encoding of at most ${MAX_TRANSACTION_BYTES} bytes`);
  return decoded.value;
}
