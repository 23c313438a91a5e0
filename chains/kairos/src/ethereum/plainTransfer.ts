import { type Address, ok, type Result } from "@polis/codec";
import { refuse, type TransactionFault } from "../errors.ts";
import { type Log, transferLog } from "../receipt/log.ts";
import { checkSender, emptyCodeHash } from "../transaction/checkSender.ts";
import type { BlockContext, Outcome } from "../transaction/execution.ts";
import { nativePerUnit } from "../usdc/money.ts";
import type { EthereumTransaction } from "./types.ts";

/** The start of all addresses below 2^16, among them the precompiles and the zero address. */
const lowAddress = "0".repeat(36);

/**
 * Whether a transaction runs no code at all: a call of an account without code that is neither a precompile nor a native
 * contract. Its data and access list only cost gas.
 */
export function isPlainTransfer({ state, evm }: BlockContext, transaction: EthereumTransaction): boolean {
  const { to, type } = transaction;
  if (to === undefined || type === 4 || to.startsWith(lowAddress) || evm.rules.natives?.has(to)) return false;
  const account = state.account(to);
  return account === undefined || account.codeHash === emptyCodeHash;
}

/**
 * Executes a plain transfer without the engine, with the engine's result to the last bit: T4, T5, T8, T9, then nonce, fee
 * and the one movement of value (U7), which fails with status 0 while paused or to a blacklisted account (U12, U13).
 * @param price what the transaction pays per gas
 */
export function executePlainTransfer(
  context: BlockContext,
  transaction: EthereumTransaction,
  sender: Address,
  price: bigint,
): Result<Outcome, TransactionFault> {
  const { money, touched, face, baseFee } = context;
  const { gas, maxFeePerGas, value, intrinsicGas: gasUsed } = transaction;
  const to = transaction.to!;
  const balance = checkSender(context, transaction, sender);
  if (!balance.ok) return balance;
  const want = gas * maxFeePerGas + value;
  if (balance.value < want) return refuse("INSUFFICIENT_BALANCE", `have ${balance.value} want ${want}`);
  const moves = value > 0n && to !== sender;
  const failed = moves && (face.isPaused() || face.isBlacklisted(to));
  const fee = gasUsed * price;
  const logs: Log[] = [];
  touched.add(sender);
  if (moves && !failed) {
    money.spend(sender, transaction.nonce + 1n, fee + value);
    money.credit(to, value);
    touched.add(to);
    logs.push(transferLog(sender, to, value / nativePerUnit));
  } else {
    money.spend(sender, transaction.nonce + 1n, fee);
  }
  const basePart = gasUsed * baseFee;
  return ok({ status: failed ? 0 : 1, gasUsed, logs, basePart, tipPart: fee - basePart });
}
