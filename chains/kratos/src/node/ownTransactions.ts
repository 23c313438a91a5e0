import { encodeKce } from "@polis/codec";
import type { Justification } from "@polis/finality";
import type { BlockPreview } from "../block/previewBlock.ts";
import { accounts } from "../modules/accounts/account.ts";
import { finality, setFor } from "../modules/finality/finalityRecord.ts";
import { RecordFinality } from "../modules/finality/recordFinality.ts";
import { admitsClass } from "../modules/security/effects.ts";
import { security } from "../modules/security/securityState.ts";
import { SubmitEvidence } from "../modules/slashing/submitEvidence.ts";
import { applyTransaction } from "../runtime/applyTransaction.ts";
import type { Call } from "../runtime/call.ts";
import type { SignedTransaction } from "../transaction/transaction.ts";
import type { NodeCore } from "./core.ts";
import type { EvidenceBook } from "./evidenceBook.ts";
import type { ValidatorKey } from "./options.ts";

/** Evidence in one block: half of what a block may hold, so that others have room (kratos-core 3.2). */
const MAX_EVIDENCE = 8;

/** What a node knows that the chain does not. */
export interface ProducerNews {
  readonly evidence: EvidenceBook;
  newestProof(): Justification | undefined;
}

/**
 * What a producer says in its own block: the newest finality first, then evidence (kratos-core 2.5, 7.6, 7.7). Each is applied
 * to the preview, so that what is chosen behind it sees nonce and balance. A transaction of the same account that waits in the
 * pool goes first: it has the nonce.
 */
export function ownTransactions(
  core: NodeCore,
  says: ProducerNews,
  { account, secret }: ValidatorKey,
  { context }: BlockPreview,
): readonly SignedTransaction[] {
  const { state } = context;
  const { nonce } = state.get(accounts.of(account));
  if ([...core.pool.senders()].some(([sender, own]) => sender === account && own.has(nonce))) return [];
  const name = state.get(security).state;
  const admission = {
    feeMultiplier: 100n,
    admits: (callClass: Parameters<typeof admitsClass>[1]) => admitsClass(name, callClass),
  };
  const chosen: SignedTransaction[] = [];
  const take = (call: Call): void => {
    const current = state.get(accounts.of(account)).nonce;
    const transaction = { sender: account, nonce: current, call, timestamp: core.nowS };
    const mark = state.mark();
    const applied = applyTransaction(core.rules.runtime, context, transaction, chosen.length, admission);
    // What would break the block, or cost a fee for nothing, is left out.
    if ("invalid" in applied || !applied.receipt.success || applied.receipt.fee > 0n) {
      state.revert(mark);
      return;
    }
    chosen.push(core.crypto.signTransaction(core.rules.chainIdentity, transaction, secret));
  };
  const newest = newerFinality(core, says.newestProof, context);
  if (newest !== undefined) take(RecordFinality.of({ justification: newest }));
  for (const each of says.evidence.submittable(state).slice(0, MAX_EVIDENCE))
    take(SubmitEvidence.of({ evidence: each }));
  return chosen;
}

/** Encoded bytes of transactions, for the room that is left. */
export function bytesOf({ codec }: NodeCore, transactions: readonly SignedTransaction[]): number {
  return transactions.reduce((sum, signed) => sum + encodeKce(codec.signed, signed).length, 0);
}

/** The newest stored justification that the state does not know yet and whose set is in force there. */
function newerFinality(
  core: NodeCore,
  newestProof: () => Justification | undefined,
  { state }: BlockPreview["context"],
) {
  const record = state.get(finality);
  const { final } = core.tree;
  if (final.header.number <= record.number) return undefined;
  // The set in force at the recorded block may have handed over since: its own last justification comes first.
  const set = setFor(record, final.header.number);
  const newest = newestProof();
  return newest !== undefined && newest.block.number > record.number && set?.id === newest.set ? newest : undefined;
}
