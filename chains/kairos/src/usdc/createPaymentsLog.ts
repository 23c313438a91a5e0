import type { NativeContract } from "@polis/evm";
import { dispatchGas } from "./face/createFace.ts";

/** The emitter of the logs of payments (kairos 10.3): the ledger writes them (T16), so it has nothing to call. */
export function createPaymentsLog(): NativeContract {
  return {
    // biome-ignore lint/correctness/useYield: the seam asks for a generator, and this contract calls nobody.
    *run(frame) {
      frame.charge(dispatchGas);
      return { success: false, output: new Uint8Array(0) };
    },
  };
}
