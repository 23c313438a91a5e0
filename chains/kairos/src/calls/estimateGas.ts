import { quantityOf } from "@polis/codec";
import type { Execution } from "@polis/evm";
import { zeroAddress } from "../addresses.ts";
import { type Answer, type ApiError, refusal, result } from "../api/method.ts";
import { smaller } from "../smaller.ts";
import { gasCapAt } from "../transaction/gasCap.ts";
import { feeCapOf } from "./callTransaction.ts";
import { executionError, invalidCall } from "./executionError.ts";
import type { CallJob } from "./job.ts";
import { type CallPlace, isPlainAccount, openCall } from "./openCall.ts";
import { simulate } from "./runCall.ts";
import type { CallWorld } from "./world.ts";

type EstimateJob = CallJob & { readonly kind: "estimateGas" };
type Limit = { readonly ok: true; readonly value: bigint } | { readonly ok: false; readonly error: ApiError };

/** Gas of a transfer to an account without code. */
const transferGas = 21_000n;

/**
 * `eth_estimateGas`: the least gas limit with which the call succeeds. One run with the most gas tells what was spent; a
 * call whose frames do not depend on their gas runs with just that, and for the others the limit is searched between it
 * and a guess that makes up for the 64th part that each call keeps back (EIP-150).
 */
export function estimateGas(world: CallWorld, job: EstimateJob): Answer {
  const opened = openCall(world, job.block, job.accounts, job.environment);
  if (!opened.ok) return opened;
  const place = opened.value;
  const { call } = job;
  const most = gasLimitOf(world, place, job);
  if (!most.ok) return most;
  const run = (gas: bigint) => simulate(world, place, { ...call, ...free }, gas);
  const isPlain = call.to !== undefined && (call.data?.length ?? 0) === 0 && isPlainAccount(world, place, call.to);
  if (isPlain && call.accessList === undefined && call.authorizations === undefined && most.value >= transferGas) {
    const quick = run(transferGas);
    if (quick.ok && quick.value.status === 1) return result(quantityOf(transferGas));
  }
  const first = run(most.value);
  if (!first.ok) return first;
  if (first.value.status === 0) return { ok: false, error: failure(first.value, most.value) };
  return search(world, first.value, most.value, (gas) => {
    const ran = run(gas);
    return ran.ok && ran.value.status === 1;
  });
}

/** The price plays no part in the search: whether it can be paid is checked once. */
const free = { gasPrice: undefined, maxFeePerGas: undefined, maxPriorityFeePerGas: undefined } as const;

/** The most that the call may be given: its own limit, the block's, the node's, and what its sender can pay. */
function gasLimitOf(world: CallWorld, { state, env }: CallPlace, { call, gasCap }: EstimateJob): Limit {
  const own = call.gas !== undefined && call.gas >= transferGas ? call.gas : env.gasLimit;
  const most = smaller(smaller(own, gasCap), gasCapAt(world.params, env.timestampS));
  const price = feeCapOf(call);
  if (price === 0n) return { ok: true, value: most };
  const from = call.from ?? zeroAddress;
  const have = state.account(from)?.balance ?? 0n;
  const value = call.value ?? 0n;
  if (have < value)
    return { ok: false, error: invalidCall({ why: "insufficientFunds", have, want: value }, from, most) };
  const affordable = (have - value) / price;
  return { ok: true, value: smaller(most, affordable) };
}

function failure(execution: Execution, gas: bigint): ApiError {
  if (execution.halt === "outOfGas") return refusal(-32000, `gas required exceeds allowance (${gas})`).error;
  return executionError(execution)!;
}

function search(world: CallWorld, first: Execution, most: bigint, runs: (gas: bigint) => boolean): Answer {
  const { gasSpent } = first;
  if (gasSpent >= most || runs(gasSpent)) return result(quantityOf(smaller(gasSpent, most)));
  let fails = gasSpent;
  let works = most;
  const guess = ((gasSpent + 2_300n) * 64n) / 63n;
  if (guess < works) {
    if (runs(guess)) works = guess;
    else fails = guess;
  }
  while (works - fails > 1n) {
    if (world.expired()) return refusal(-32005, "the estimate took too long");
    // Most answers lie near what was spent, so the first steps are small (as if in a list that grows twofold).
    const middle = (works + fails) / 2n;
    const probe = middle > 2n * fails ? 2n * fails : middle;
    if (runs(probe)) works = probe;
    else fails = probe;
  }
  return result(quantityOf(works));
}
