import { bytesToHex0x } from "@polis/codec";
import type { Execution, Tracer } from "@polis/evm";
import { type Answer, type ApiError, refusal, result } from "../api/method.ts";
import { smaller } from "../smaller.ts";
import { callTransaction, feeCapOf } from "./callTransaction.ts";
import { executionError, invalidCall } from "./executionError.ts";
import type { CallJob, CallRequest } from "./job.ts";
import { type CallPlace, openCall } from "./openCall.ts";
import type { CallWorld } from "./world.ts";

type Ran = { readonly ok: true; readonly value: Execution } | { readonly ok: false; readonly error: ApiError };

/** `eth_call`: the output of a successful call. The gas is capped, and a price that is named must be affordable. */
export function runCall(world: CallWorld, job: CallJob & { readonly kind: "call" }): Answer {
  const place = openCall(world, job.block, job.accounts, job.environment);
  if (!place.ok) return place;
  const ran = simulate(world, place.value, job.call, smaller(job.call.gas ?? job.gasCap, job.gasCap));
  if (!ran.ok) return ran;
  const error = executionError(ran.value);
  return error === undefined ? result(bytesToHex0x(ran.value.output)) : { ok: false, error };
}

/** Runs one simulated call on a place without changing it. The result of a failed call is an execution too. */
export function simulate(
  world: CallWorld,
  { state, env }: CallPlace,
  request: CallRequest,
  gas: bigint,
  tracer?: Tracer,
): Ran {
  const transaction = callTransaction(request, env, 0n, gas);
  const { from, value } = transaction;
  const price = feeCapOf(request);
  if (price > 0n) {
    if (request.gasPrice !== undefined && request.maxFeePerGas !== undefined) {
      return refusal(-32602, "invalid parameter call: both gasPrice and maxFeePerGas are given");
    }
    if (price < env.baseFee) {
      return refusal(
        -32000,
        `max fee per gas less than block base fee: maxFeePerGas: ${price}, baseFee: ${env.baseFee}`,
      );
    }
    const have = state.account(from)?.balance ?? 0n;
    // An amount of gas that was not asked for is not held against the caller.
    const want = value + (request.gas === undefined ? 0n : price * gas);
    if (have < want) {
      return { ok: false, error: invalidCall({ why: "insufficientFunds", have, want }, from, gas) };
    }
  }
  const executed = world.evm.execute(state, env, transaction, { simulated: true }, tracer);
  return executed.ok ? executed : { ok: false, error: invalidCall(executed.invalid, from, gas) };
}
