import type { TracerChoice } from "../calls/job.ts";
import { blockOverrides, stateOverrides } from "./callParams.ts";
import { type ApiError, refusal } from "./method.ts";
import type { ValueOf } from "./paramSpec.ts";

const flag = <const N extends string>(name: N) => ({ name, type: "boolean", optional: true }) as const;
const tracerNames = ["callTracer", "prestateTracer", "4byteTracer", "noopTracer", "structLogger", ""] as const;
const configFields = [
  flag("onlyTopCall"),
  flag("withLog"),
  flag("diffMode"),
  flag("disableCode"),
  flag("disableStorage"),
] as const;
const traceFields = [
  { name: "tracer", type: "text", maxLength: 32, oneOf: tracerNames, optional: true },
  { name: "tracerConfig", type: "object", fields: configFields, optional: true },
  { name: "timeout", type: "text", maxLength: 16, optional: true },
  { name: "reexec", type: "number", maxBits: 53, optional: true },
  { name: "limit", type: "number", maxBits: 31, optional: true },
  flag("enableMemory"),
  flag("disableMemory"),
  flag("disableStack"),
  flag("disableStorage"),
  flag("enableReturnData"),
  flag("disableReturnData"),
] as const;

/** Options of a trace of something executed. */
export const traceOptions = { name: "options", type: "object", fields: traceFields, optional: true } as const;

/** Options of a trace of a simulated call. */
export const traceCallOptions = {
  name: "options",
  type: "object",
  fields: [...traceFields, stateOverrides, blockOverrides] as const,
  optional: true,
} as const;

type Read = { readonly ok: true; readonly value: TracerChoice } | { readonly ok: false; readonly error: ApiError };

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

/** Reads decoded options: without a tracer the opcode logger is meant, as in Ethereum's clients. */
export function readTracer(options: ValueOf<typeof traceOptions>): Read {
  const config = options?.tracerConfig;
  const name = options?.tracer;
  const timeout = options?.timeout === undefined ? undefined : /^(\d{1,9})(ms|s|m)$/.exec(options.timeout);
  if (timeout === null) return refusal(-32602, 'invalid parameter options.timeout: want a duration such as "5s"');
  return {
    ok: true,
    value: {
      name: name === undefined || name === "" ? "structLogger" : (name as TracerChoice["name"]),
      onlyTopCall: config?.onlyTopCall ?? false,
      withLog: config?.withLog ?? false,
      diffMode: config?.diffMode ?? false,
      disableStack: options?.disableStack ?? false,
      disableStorage: options?.disableStorage ?? config?.disableStorage ?? false,
      enableMemory: options?.enableMemory ?? options?.disableMemory === false,
      enableReturnData: options?.enableReturnData ?? options?.disableReturnData === false,
      limit: Number(options?.limit ?? 0n),
      timeoutMs: timeout === undefined ? undefined : Number(timeout[1]) * unitsMs[timeout[2]!]!,
    },
  };
}
