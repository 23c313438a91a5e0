import type { StateReader } from "@polis/state";
import type { Engine } from "../engine/types.ts";
import type { InvalidTransaction } from "../seam/evm.ts";
import type { ChainRules } from "../seam/rules.ts";
import type { Tracer } from "../seam/tracer.ts";
import type { BlockEnv, EvmTransaction, Execution, Leniency } from "../seam/transaction.ts";
import { applyAuthorizations } from "./applyAuthorizations.ts";
import { blobFee, checkTransaction } from "./checkTransaction.ts";
import { maxNonce } from "./gasPrices.ts";
import { intrinsicGas } from "./intrinsicGas.ts";
import { billGas, settleFees } from "./settle.ts";
import { warmUp } from "./warmUp.ts";

const NO_AUTHORIZATIONS = [] as const;

/** What a transaction runs on. */
export interface ExecutionContext {
  readonly engine: Engine;
  readonly rules: ChainRules;
  readonly state: StateReader;
  readonly env: BlockEnv;
}

/**
 * Executes one transaction around the engine's frames: checks it, buys its gas, raises the nonce, sets delegations,
 * runs frame 0, bills the gas and settles the fees. The changes stay in the engine until its `commit`.
 * @returns the execution, also of a transaction that failed, or why it is invalid and changed nothing
 */
export function executeTransaction(
  { engine, rules, state, env }: ExecutionContext,
  transaction: EvmTransaction,
  leniency: Leniency = {},
  tracer?: Tracer,
): { readonly ok: true; readonly value: Execution } | InvalidTransaction {
  const { from, to, gasLimit, gasPrice, value, data } = transaction;
  const intrinsic = intrinsicGas(transaction, rules.fork);
  engine.begin(state, env, from, gasPrice, transaction.blobHashes ?? [], tracer);
  const invalid = checkTransaction(engine, transaction, intrinsic, rules.fork, env.blobBaseFee, leniency);
  if (invalid !== undefined) return { ok: false, invalid };
  tracer?.onStart?.(engine);
  const paysFees = leniency.simulated !== true;
  if (paysFees) engine.addBalance(from, -(gasLimit * gasPrice + blobFee(transaction.blobHashes, env.blobBaseFee)));
  // A simulated call is sent with the account's own nonce, whatever the request said.
  const nonce = engine.nonce(from);
  if (nonce < maxNonce) engine.setNonce(from, nonce + 1n);
  applyAuthorizations(engine, rules, env.chainId, transaction.authorizations ?? NO_AUTHORIZATIONS);
  warmUp(engine, env, transaction);
  const gas = gasLimit - intrinsic.gas;
  const run = engine.run({ from, to, createNonce: nonce, value, input: data, gas, isStatic: false });
  const bill = billGas(gasLimit, run.gasLeft, run.refund, intrinsic.floor);
  tracer?.onEnd?.(engine);
  if (paysFees) settleFees(engine, rules, env, transaction, bill.gasUsed);
  const execution: Execution = {
    status: run.success ? 1 : 0,
    ...bill,
    output: run.output,
    logs: run.success ? engine.logs() : [],
    created: run.created,
    halt: run.halt,
  };
  return { ok: true, value: execution };
}
