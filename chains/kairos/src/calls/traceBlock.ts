import { type Answer, type Json, refusal, result } from "../api/method.ts";
import { evmTransactionOf } from "../ethereum/executeEthereum.ts";
import type { EthereumTransaction } from "../ethereum/types.ts";
import { paymentType } from "../payment/types.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";
import { changesRestrictions } from "../usdc/face/restrictionEvents.ts";
import { writtenFaceRules } from "../usdc/faceRules.ts";
import type { CallJob, TracerChoice } from "./job.ts";
import { createRecorder } from "./recorder.ts";
import { openReplay, type Replay } from "./replay.ts";
import { tracePayment } from "./tracePayment.ts";
import type { CallWorld } from "./world.ts";

/**
 * `debug_traceTransaction` and `debug_traceBlockBy…`: executes the block once more on its parent's state and watches one
 * transaction, or each.
 */
export function traceBlock(
  world: CallWorld,
  job: CallJob & { readonly kind: "traceTransaction" | "traceBlock" },
): Answer {
  const opened = openReplay(world, job.block);
  if (!opened.ok) return opened;
  const replay = opened.value;
  const traces: Json[] = [];
  for (const [index, verified] of replay.transactions.entries()) {
    if (world.expired()) return refusal(-32005, "the trace took too long");
    if (job.kind === "traceTransaction") {
      if (index === job.index) return result(traceOne(replay, verified, job.tracer));
      replay.pass(verified);
    } else {
      traces.push({ txHash: `0x${verified.transaction.hash}`, result: traceOne(replay, verified, job.tracer) });
    }
  }
  return job.kind === "traceBlock" ? result(traces) : refusal(-32001, "transaction not found");
}

/** Executes the next transaction of a replay under a tracer. */
function traceOne(replay: Replay, { transaction, sender }: VerifiedTransaction, choice: TracerChoice): Json {
  if (transaction.type === paymentType) return tracePayment(replay, { transaction, sender }, choice);
  return traceEthereum(replay, { transaction, sender }, choice);
}

function traceEthereum(
  { context }: Replay,
  verified: VerifiedTransaction<EthereumTransaction>,
  choice: TracerChoice,
): Json {
  const { evm, state, env, baseFee, leniency } = context;
  const recorder = createRecorder(choice);
  const executed = evm.execute(state, env, evmTransactionOf(verified, baseFee), leniency, recorder.tracer);
  if (!executed.ok) throw new Error(`a transaction of an executed block is invalid: ${executed.invalid.why}`);
  const json = recorder.result(executed.value);
  evm.commit(state);
  if (changesRestrictions(executed.value.logs)) context.face = writtenFaceRules(state);
  return json;
}
