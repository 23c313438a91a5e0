import type { LoadSparse } from "@polis/state";
import { commitState } from "../state/commitState.ts";
import type { SignedTransaction, TransactionCodec } from "../transaction/transaction.ts";
import { applyBlock, type ChainRules } from "./applyBlock.ts";
import type { Block } from "./block.ts";
import { checkBody } from "./checkBody.ts";
import type { BlockFault } from "./checkHeader.ts";
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
  const broken = checkBody(rules, codec, block);
  if (broken !== undefined) return { fault: broken };
  const isSigned = (signed: SignedTransaction) => rules.signatures.transaction(rules.chainIdentity, signed);
  if (!transactions.every(isSigned)) return { fault: { code: "InvalidTransaction", ban: true } };
  const outcome = applyBlock(rules, tip.entries, tip, { header, transactions });
  if ("fault" in outcome) return outcome;
  const tree = commitState(tip.tree, outcome.applied.state.changes(), load);
  if (tree.hash !== header.stateRoot) return { fault: { code: "StateRootMismatch", ban: false } };
  return { block, applied: outcome.applied, tree };
}
