import { type Address, ok, type Result } from "@polis/codec";
import type { EvmTransaction, Execution } from "@polis/evm";
import { refuse, type TransactionFault } from "../errors.ts";
import type { BlockContext, Outcome } from "../transaction/execution.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";
import { authorizationsOf } from "./authorities.ts";
import { ethereumPrice } from "./ethereumPrice.ts";
import { executePlainTransfer, isPlainTransfer } from "./plainTransfer.ts";
import { refuseInvalid } from "./refuseInvalid.ts";
import type { EthereumTransaction } from "./types.ts";

/**
 * Executes an Ethereum transaction (kairos 7.3): T4-T9 at its position, then its effects. A transaction that fails is in
 * the block with status 0 and pays its fee; a fault changes nothing.
 */
export function executeEthereum(
  context: BlockContext,
  verified: VerifiedTransaction<EthereumTransaction>,
): Result<Outcome, TransactionFault> {
  const { transaction, sender } = verified;
  const { baseFee, face } = context;
  if (transaction.maxFeePerGas < baseFee) {
    return refuse("FEE_TOO_LOW", `maxFeePerGas: ${transaction.maxFeePerGas}, baseFee: ${baseFee}`);
  }
  const price = ethereumPrice(transaction, baseFee);
  if (isPlainTransfer(context, transaction)) return executePlainTransfer(context, transaction, sender, price);
  if (face.isBlacklisted(sender)) return refuse("BLACKLISTED", "sender");
  return executeInEngine(context, evmTransaction(transaction, sender, price));
}

/** The transaction as the EVM takes it, at a base fee: prices resolved, authorities recovered. */
export function evmTransactionOf(
  { transaction, sender }: VerifiedTransaction<EthereumTransaction>,
  baseFee: bigint,
): EvmTransaction {
  return evmTransaction(transaction, sender, ethereumPrice(transaction, baseFee));
}

/** Runs a transaction in the EVM and takes its changes into the block. */
export function executeInEngine(context: BlockContext, call: EvmTransaction): Result<Outcome, TransactionFault> {
  const { evm, env, state, money, touched, baseFee, leniency } = context;
  const executed = runConfined(context, () => evm.execute(state, env, call, leniency));
  if (!executed.ok) return executed;
  if (!executed.value.ok) return refuseInvalid(executed.value.invalid);
  const { status, gasUsed, logs }: Execution = executed.value.value;
  const { balanceDelta, touched: changed } = evm.commit(state);
  money.record(balanceDelta);
  for (const account of changed) touched.add(account);
  const basePart = gasUsed * baseFee;
  return ok({ status, gasUsed, logs, basePart, tipPart: gasUsed * call.gasPrice - basePart });
}

/**
 * E4: an error of the engine itself, which no code of a contract can cause by rule, makes the transaction unjudgeable here;
 * nothing of it has reached the state. A block with it is not voted on, and no block with it is built.
 */
function runConfined<T>(context: BlockContext, run: () => T): Result<T, TransactionFault> {
  try {
    return ok(run());
  } catch (cause) {
    return refuse("INTERNAL", `the engine failed in block ${context.number}: ${(cause as Error).message}`);
  }
}

function evmTransaction(transaction: EthereumTransaction, from: Address, gasPrice: bigint): EvmTransaction {
  const { to, nonce, gas, maxFeePerGas, value, data, accessList, type } = transaction;
  const call = { from, to, nonce, gasLimit: gas, gasPrice, maxFeePerGas, value, data, accessList };
  return type === 4 ? { ...call, authorizations: authorizationsOf(transaction) } : call;
}
