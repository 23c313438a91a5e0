import type { Execution, Tracer } from "@polis/evm";
import type { Json } from "../api/method.ts";
import type { TracerChoice } from "./job.ts";

/** A tracer with what it has seen, in the JSON shapes of Ethereum's clients. */
export interface Recorder {
  readonly tracer: Tracer;
  result(execution: Execution): Json;
}

/** Makes the tracer that a caller chose. */
export function createRecorder(_choice: TracerChoice): Recorder {
  return { tracer: {}, result: () => ({}) };
}
