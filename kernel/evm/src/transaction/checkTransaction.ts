import type { Fork } from "../seam/rules.ts";
import type { SubstateReader } from "../seam/substate.ts";
import type { EvmTransaction, Invalid, Leniency } from "../seam/transaction.ts";
import { delegationOf } from "./delegation.ts";
import { gasPrices, maxInitCodeBytes, maxKernelGas, maxNonce, maxTransactionGas } from "./gasPrices.ts";
import type { IntrinsicGas } from "./intrinsicGas.ts";

/**
 * Whether a transaction may run on this state (kairos T4, T5, T6, T8; EIP-2681, 3607, 3860, 7623, 7702, 7825).
 * @param intrinsic what `intrinsicGas` says of it
 * @param blobBaseFee price of blob gas, for the public tests; Kairos refuses blob transactions when it decodes them
 * @returns the first reason against it in the order that wallets know: nonce, sender, limits, funds
 */
export function checkTransaction(
  state: SubstateReader,
  transaction: EvmTransaction,
  intrinsic: IntrinsicGas,
  fork: Fork,
  blobBaseFee: bigint,
  leniency: Leniency,
): Invalid | undefined {
  const simulated = leniency.simulated === true;
  return (
    (simulated ? undefined : checkSender(state, transaction, leniency.anySender === true)) ??
    checkLimits(transaction, intrinsic, fork, simulated) ??
    checkFunds(state, transaction, blobBaseFee, simulated)
  );
}

function checkSender(
  state: SubstateReader,
  { from, nonce }: EvmTransaction,
  mayHaveCode: boolean,
): Invalid | undefined {
  const invalid = checkNonce(state, from, nonce);
  if (invalid !== undefined || mayHaveCode) return invalid;
  const code = state.code(from);
  return code.length > 0 && delegationOf(code) === undefined ? { why: "senderHasCode" } : undefined;
}

function checkNonce(state: SubstateReader, from: EvmTransaction["from"], nonce: bigint): Invalid | undefined {
  const expected = state.nonce(from);
  if (nonce < expected) return { why: "nonceTooLow", expected };
  if (nonce > expected) return { why: "nonceTooHigh", expected };
  return nonce >= maxNonce ? { why: "nonceOverflow", expected } : undefined;
}

function checkLimits(
  { to, data, gasLimit, authorizations }: EvmTransaction,
  { gas, floor }: IntrinsicGas,
  fork: Fork,
  simulated: boolean,
): Invalid | undefined {
  const max = fork === "osaka" && !simulated ? maxTransactionGas : maxKernelGas;
  if (gasLimit > max) return { why: "gasLimitTooHigh", max };
  if (to === undefined && data.length > maxInitCodeBytes) return { why: "initCodeTooLarge" };
  if (authorizations !== undefined && authorizations.length === 0) return { why: "noAuthorizations" };
  const want = gas > floor ? gas : floor;
  if (gasLimit < want) return { why: "intrinsicGas", want };
  return undefined;
}

function checkFunds(
  state: SubstateReader,
  { from, gasLimit, maxFeePerGas, value, blobHashes }: EvmTransaction,
  blobBaseFee: bigint,
  simulated: boolean,
): Invalid | undefined {
  const fees = simulated ? 0n : gasLimit * maxFeePerGas + blobFee(blobHashes, blobBaseFee);
  const want = fees + value;
  if (want === 0n) return undefined;
  const have = state.balance(from);
  return have < want ? { why: "insufficientFunds", have, want } : undefined;
}

/** Fee of a transaction's blobs (EIP-4844): it is burned. */
export function blobFee(blobHashes: readonly unknown[] | undefined, blobBaseFee: bigint): bigint {
  return blobHashes === undefined ? 0n : BigInt(blobHashes.length) * gasPrices.blob * blobBaseFee;
}
