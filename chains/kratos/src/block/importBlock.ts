import { encodeKce } from "@polis/codec";
import type { LoadSparse } from "@polis/state";
import { priceCall } from "../runtime/applyTransaction.ts";
import { commitState } from "../state/commitState.ts";
import { MAX_TRANSACTION_BYTES, type SignedTransaction, type TransactionCodec } from "../transaction/transaction.ts";
import { applyBlock, type ChainRules } from "./applyBlock.ts";
import {
  type Block,
  kceBlock,
  MAX_BLOCK_BYTES,
  MAX_OTHER_BYTES,
  MAX_OTHER_TRANSACTIONS,
  MAX_TRANSACTIONS,
} from "./block.ts";
import type { BlockFault } from "./checkHeader.ts";
import { listRoot } from "./listRoot.ts";
import type { DoneBlock, Tip } from "./produceBlock.ts";

/**
 * Checks and applies somebody's block (kratos-core 3.5, 3.8). The state of the parent is not touched; a failed import leaves
 * no trace. The local rule V16, that a block is not from the future, is the caller's, who has a clock.
 */
export function importBlock(
  rules: ChainRules,
  codec: TransactionCodec,
  tip: Tip,
  block: Block,
  load: LoadSparse,
): DoneBlock | { readonly fault: BlockFault } {
  const { header, transactions } = block;
  const encoded = transactions.map((signed) => encodeKce(codec.signed, signed));
  if (!isWithinLimits(rules, codec, block, encoded)) return { fault: { code: "MalformedBlock", ban: true } };
  if (!rules.signatures.header(rules.chainIdentity, header)) return { fault: { code: "InvalidSignature", ban: true } };
  if (listRoot(encoded) !== header.transactionsRoot) return { fault: { code: "InvalidTransactionsRoot", ban: true } };
  const isSigned = (signed: SignedTransaction) => rules.signatures.transaction(rules.chainIdentity, signed);
  if (!transactions.every(isSigned)) return { fault: { code: "InvalidTransaction", ban: true } };
  const outcome = applyBlock(rules, tip.entries, tip, { header, transactions });
  if ("fault" in outcome) return outcome;
  const tree = commitState(tip.tree, outcome.applied.state.changes(), load);
  if (tree.hash !== header.stateRoot) return { fault: { code: "StateRootMismatch", ban: false } };
  return { block, applied: outcome.applied, tree };
}

/** Sizes and counts; calls that are no exit leave a tenth of every block to exits (kratos-core 3.2). */
function isWithinLimits(
  { runtime }: ChainRules,
  codec: TransactionCodec,
  block: Block,
  encoded: readonly Uint8Array[],
): boolean {
  const others = encoded.filter(
    (_, i) => priceCall(runtime, block.transactions[i]!.transaction.call, 100n).class !== "X",
  );
  const otherBytes = others.reduce((sum, { length }) => sum + length, 0);
  return (
    encoded.length <= MAX_TRANSACTIONS &&
    encoded.every(({ length }) => length <= MAX_TRANSACTION_BYTES) &&
    others.length <= MAX_OTHER_TRANSACTIONS &&
    otherBytes <= MAX_OTHER_BYTES &&
    encodeKce(kceBlock(codec), block).length <= MAX_BLOCK_BYTES
  );
}
