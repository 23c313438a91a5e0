import type { ProofSource } from "../light/proofSource.ts";
import type { CallOptions } from "../rpc/callOptions.ts";
import type { Attempt } from "../rpc/retry.ts";
import type { Hex } from "../text/hex.ts";
import type {
  AccountState,
  Block,
  FinalTransaction,
  HistoryPage,
  HistoryQuery,
  Transaction,
  TransactionStatus,
} from "./types.ts";

/** What a node is asked, whichever protocol carries it. Every method throws a KairosError. */
export interface NodeLink {
  chainId(options?: CallOptions): Promise<bigint>;
  account(address: Hex, options?: CallOptions): Promise<AccountState>;
  /** The nonce of the next transaction, those that wait counted. */
  nextNonce(address: Hex, options?: CallOptions): Promise<bigint>;
  /** Undefined when no final block has the height or hash. */
  block(id: number | Hex | "latest", withTransactions: boolean, options?: CallOptions): Promise<Block | undefined>;
  /** Undefined while it is not final. */
  finalTransaction(hash: Hex, options?: CallOptions): Promise<FinalTransaction | undefined>;
  status(hash: Hex, options?: CallOptions): Promise<TransactionStatus>;
  history(address: Hex, query: HistoryQuery, options?: CallOptions): Promise<HistoryPage>;
  /** What came of some transactions of a block. */
  outcomes(block: Block, wanted: readonly Transaction[], options?: CallOptions): Promise<readonly FinalTransaction[]>;
  submit(raw: Uint8Array, options?: CallOptions): Promise<void>;
  /** One held call that is answered when the transaction is final. TIMEOUT and ALREADY_KNOWN leave that open. */
  submitAndHold(raw: Uint8Array, attempt: Attempt): Promise<void>;
  /** Final blocks from a height on, the past first, over one connection; it throws or ends when that breaks. */
  follow(from: number, withTransactions: boolean, signal: AbortSignal): AsyncIterable<Block>;
  readonly proofs: ProofSource;
}
