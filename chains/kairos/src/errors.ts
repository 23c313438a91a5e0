import { type Fault, fault } from "@polis/codec";

/**
 * Refusals of a transaction with their numbers and texts (kairos 7.6). The texts are the ones wallets recognise, where
 * such a text exists. The numbers are what the programming interfaces show.
 */
export const transactionErrors = {
  INVALID_SIGNATURE: { code: 1, text: "invalid signature" },
  INVALID_FORMAT: { code: 2, text: "invalid transaction format" },
  MEMPOOL_FULL: { code: 3, text: "txpool is full" },
  ALREADY_KNOWN: { code: 4, text: "already known" },
  INSUFFICIENT_BALANCE: { code: 5, text: "insufficient funds for gas * price + value" },
  NONCE_TOO_LOW: { code: 6, text: "nonce too low" },
  BROADCAST_FAILED: { code: 7, text: "the transaction could not be handed to the network" },
  NOT_FOUND: { code: 8, text: "not found" },
  INTERNAL: { code: 9, text: "internal error" },
  FEE_TOO_LOW: { code: 10, text: "max fee per gas less than block base fee" },
  NONCE_TOO_HIGH: { code: 11, text: "nonce too high" },
  REPLACEMENT_UNDERPRICED: { code: 12, text: "replacement transaction underpriced" },
  BLACKLISTED: { code: 13, text: "account is blacklisted" },
  WRONG_CHAIN: { code: 14, text: "invalid chain id for signer" },
  EXPIRED: { code: 15, text: "transaction expired" },
  NOT_YET_VALID: { code: 16, text: "transaction not yet valid" },
  UNSUPPORTED_TYPE: { code: 17, text: "transaction type not supported" },
  LIMIT_EXCEEDED: { code: 18, text: "transaction exceeds a limit" },
  PAUSED: { code: 19, text: "transfers are paused" },
  NOT_SYNCED: { code: 20, text: "the node is not synced" },
} as const;

/** Name of a refusal of a transaction. */
export type TransactionErrorName = keyof typeof transactionErrors;

/** A refused transaction: `detail` is the text to show. */
export type TransactionFault = Fault<TransactionErrorName>;

/**
 * Makes a refusal. The detail defaults to the text of the table; a longer explanation follows it after a colon.
 * @example refuse("NONCE_TOO_LOW", "next nonce 5, tx nonce 4").fault.detail // "nonce too low: next nonce 5, tx nonce 4"
 */
export function refuse(
  name: TransactionErrorName,
  explanation?: string,
): { readonly ok: false; readonly fault: TransactionFault } {
  const { text } = transactionErrors[name];
  return fault(name, verdictOf(name), explanation === undefined ? text : `${text}: ${explanation}`);
}

/** Only what no correct peer forwards is charged to the peer; the rest depends on the state, which may differ. */
function verdictOf(name: TransactionErrorName): "punish" | "ignore" {
  return name === "INVALID_SIGNATURE" || name === "INVALID_FORMAT" || name === "WRONG_CHAIN" ? "punish" : "ignore";
}

/** Faults of a block, each with the rule it breaks (kairos 5.4). */
export const blockErrors = {
  BLOCK_TOO_LARGE: "B1: the envelope is longer than block.maxBytes",
  BLOCK_FORMAT: "B1: the envelope is not canonical or has a field of the wrong shape",
  BLOCK_LIMITS: "B1: more transactions, bytes or gas than a block may have",
  BLOCK_UNKNOWN_PARENT: "the parent is not executed here",
  BLOCK_HEADER: "B2: number, parent, a fixed field or a field of extraData is wrong",
  BLOCK_BENEFICIARY: "B3: the beneficiary is not the fee address of the leader",
  BLOCK_TIME: "B4: the time is not after the parent's",
  BLOCK_FEES: "B6: gas limit, base fee or smoothed gas differ from the computed values",
  BLOCK_RANDAO: "B7: mixHash or prevSeed is wrong",
  BLOCK_TRANSACTIONS_ROOT: "B8: transactionsRoot does not match",
  BLOCK_TRANSACTION: "B9: a transaction is not valid at its position",
  BLOCK_DUPLICATE: "B9: a transaction hash occurs twice",
  BLOCK_RESULT: "B10: stateRoot, receiptsRoot, logsBloom or gasUsed differ after execution",
  BLOCK_ENGINE: "E4: the engine of this node failed; it does not judge the block",
  BLOCK_SUPPLY: "B11: balances and supply disagree (U5)",
} as const;

/** Code of a block's fault. */
export type BlockErrorCode = keyof typeof blockErrors;

/** Why a block is refused. */
export type BlockFault = Fault<BlockErrorCode>;

/** Makes a block's fault with the rule's text, and an explanation behind it. */
export function refuseBlock(
  code: BlockErrorCode,
  explanation?: string,
): { readonly ok: false; readonly fault: BlockFault } {
  const text = blockErrors[code];
  const verdict = code === "BLOCK_UNKNOWN_PARENT" ? "wait" : code === "BLOCK_ENGINE" ? "ignore" : "punish";
  return fault(code, verdict, explanation === undefined ? text : `${text}: ${explanation}`);
}
