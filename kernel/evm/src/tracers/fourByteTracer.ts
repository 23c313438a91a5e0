import type { Address } from "@polis/codec";
import { createBudget } from "./budget.ts";
import { defaultRecorderLimits, type Recorder, type RecorderLimits } from "./types.ts";

/**
 * How often each function was called: selector and number of argument bytes to a count (geth's `4byteTracer`).
 * @param isPrecompile precompiled contracts have no functions; calls of them are left out
 */
export function fourByteTracer(
  isPrecompile: (address: Address) => boolean,
  limits: Partial<RecorderLimits> = {},
): Recorder<{ readonly [call: string]: number }> {
  const budget = createBudget({ ...defaultRecorderLimits, ...limits });
  const counts = new Map<string, number>();
  return {
    tracer: {
      onEnter({ kind, to, input }) {
        const isCall = kind === "CALL" || kind === "CALLCODE" || kind === "DELEGATECALL" || kind === "STATICCALL";
        if (!isCall || input.length < 4 || isPrecompile(to)) return;
        const key = `0x${input.subarray(0, 4).toHex()}-${input.length - 4}`;
        const count = counts.get(key);
        if (count !== undefined || budget.take(40)) counts.set(key, (count ?? 0) + 1);
      },
    },
    result: () => Object.fromEntries(counts),
  };
}
