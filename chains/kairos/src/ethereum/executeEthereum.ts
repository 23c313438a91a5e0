import type { Result } from "@polis/codec";
import { refuse, type TransactionFault } from "../errors.ts";
import type { BlockContext, Outcome } from "../transaction/execution.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";
import type { EthereumTransaction } from "./types.ts";

/** Executes an Ethereum transaction (kairos 7.3). */
export function executeEthereum(
  _context: BlockContext,
  _verified: VerifiedTransaction<EthereumTransaction>,
): Result<Outcome, TransactionFault> {
  return refuse("UNSUPPORTED_TYPE", "not executable here");
}
