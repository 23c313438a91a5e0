import { type Answer, result } from "../api/method.ts";
import { smaller } from "../smaller.ts";
import type { CallJob } from "./job.ts";
import { openCall } from "./openCall.ts";
import { createRecorder } from "./recorder.ts";
import { simulate } from "./runCall.ts";
import type { CallWorld } from "./world.ts";

/** `debug_traceCall`: a simulated call under a tracer. */
export function traceCall(world: CallWorld, job: CallJob & { readonly kind: "traceCall" }): Answer {
  const place = openCall(world, job.block, job.accounts, job.environment);
  if (!place.ok) return place;
  const recorder = createRecorder(job.tracer);
  const gas = smaller(job.call.gas ?? job.gasCap, job.gasCap);
  const ran = simulate(world, place.value, job.call, gas, recorder.tracer);
  return ran.ok ? result(recorder.result(ran.value)) : ran;
}
