import { callTracer, fourByteTracer, prestateTracer, type Recorder, structLogger } from "@polis/evm";
import type { TracerChoice } from "./job.ts";
import { isPrecompileAddress } from "./openCall.ts";

/** Bytes of one trace, so that its JSON fits into an answer (kairos 16.3). */
const limits = { maxBytes: 20 * 1024 * 1024 };

/** Makes the tracer that a caller chose. */
export function createRecorder(choice: TracerChoice): Recorder {
  switch (choice.name) {
    case "callTracer":
      return callTracer({ onlyTopCall: choice.onlyTopCall, withLog: choice.withLog, limits });
    case "prestateTracer":
      return prestateTracer({ diffMode: choice.diffMode, limits });
    case "4byteTracer":
      return fourByteTracer(isPrecompileAddress, limits);
    case "noopTracer":
      return { tracer: {}, result: () => ({}) };
    case "structLogger": {
      const { disableStack, disableStorage, enableMemory, enableReturnData, limit } = choice;
      return structLogger({ disableStack, disableStorage, enableMemory, enableReturnData, limit, limits });
    }
  }
}
