import { bytesToHex0x, type Digest } from "@polis/codec";
import { encodeHeader } from "../block/header.ts";
import type { CallJob, TracerChoice } from "../calls/job.ts";
import { encodeReceipt } from "../receipt/encodeReceipt.ts";
import type { ApiBlock, KairosBackend } from "./backend.ts";
import {
  blockOverrides,
  callObject,
  readBlockOverride,
  readCall,
  readOverrides,
  stateOverrides,
} from "./callParams.ts";
import { finalPlace } from "./finalPlace.ts";
import { locate } from "./locate.ts";
import { type Answer, type CallInfo, type Method, method, refusal, result } from "./method.ts";
import type { FieldsOf, ValueOf } from "./paramSpec.ts";
import { anyBlock, blockHash, blockNumber, optionalBlock, transactionHash } from "./specs.ts";
import { rawByHash } from "./transactionMethods.ts";

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
  flag("disableStack"),
  flag("disableStorage"),
  flag("enableReturnData"),
  flag("disableMemory"),
  flag("disableReturnData"),
] as const;
const traceOptions = { name: "options", type: "object", fields: traceFields, optional: true } as const;
const callOptions = {
  name: "options",
  type: "object",
  fields: [...traceFields, stateOverrides, blockOverrides] as const,
  optional: true,
} as const;
type Options = ValueOf<typeof traceOptions>;

/** Traces and raw bytes (kairos 16.2): the namespace is off on public listeners. */
export const debugMethods: Readonly<Record<string, Method>> = {
  debug_traceTransaction: method(
    [transactionHash, traceOptions],
    (node, [hash, options], info) => {
      const place = finalPlace(node, hash as Digest) ?? speculativePlace(node, hash as Digest);
      if (place === undefined) return refusal(-32001, "transaction not found");
      const { block, index } = place;
      return node.run(
        { kind: "traceTransaction", block: block.digest, index, tracer: tracerOf(options) },
        info?.signal,
      );
    },
    100,
  ),
  debug_traceCall: method([callObject, optionalBlock, callOptions], traceCall, 100),
  debug_traceBlockByNumber: method(
    [blockNumber, traceOptions],
    (node, [ref, options], info) => {
      const found = locate(node, ref);
      return found.ok ? node.run(blockJob(found.block, options), info?.signal) : found;
    },
    200,
  ),
  debug_traceBlockByHash: method(
    [blockHash, traceOptions],
    (node, [hash, options], info) => {
      const found = locate(node, { kind: "hash", hash });
      return found.ok ? node.run(blockJob(found.block, options), info?.signal) : found;
    },
    200,
  ),
  debug_getRawHeader: method([anyBlock], (node, [ref]) => {
    const found = locate(node, ref);
    return found.ok ? result(bytesToHex0x(encodeHeader(found.block.header))) : found;
  }),
  debug_getRawBlock: method(
    [anyBlock],
    (node, [ref]) => {
      const found = locate(node, ref);
      if (!found.ok) return found;
      const bytes = found.block.envelope();
      return bytes === undefined ? refusal(-32001, "the body of this block is not kept") : result(bytesToHex0x(bytes));
    },
    5,
  ),
  debug_getRawTransaction: method([transactionHash], (node, [hash]) => rawByHash(node, hash as Digest)),
  debug_getRawReceipts: method(
    [anyBlock],
    (node, [ref]) => {
      const found = locate(node, ref);
      if (!found.ok) return found;
      return result(found.block.receipts().map((receipt) => bytesToHex0x(encodeReceipt(receipt))));
    },
    5,
  ),
};

function blockJob({ digest }: ApiBlock, options: Options): CallJob {
  return { kind: "traceBlock", block: digest, tracer: tracerOf(options) };
}

function speculativePlace(node: KairosBackend, hash: Digest) {
  const found = node.unfinal(hash);
  return found?.state === "inBlock" ? found : undefined;
}

function traceCall(
  node: KairosBackend,
  [fields, ref, options]: readonly [
    FieldsOf<(typeof callObject)["fields"]>,
    ValueOf<typeof optionalBlock>,
    ValueOf<typeof callOptions>,
  ],
  info: CallInfo | undefined,
): Answer | Promise<Answer> {
  const found = locate(node, ref);
  if (!found.ok) return found;
  const call = readCall(fields);
  if (!call.ok) return call;
  const accounts = readOverrides(options?.stateOverrides);
  if (!accounts.ok) return accounts;
  const environment = readBlockOverride(options?.blockOverrides);
  const common = { block: found.block.digest, accounts: accounts.value, environment, gasCap: node.limits.callGasCap };
  return node.run({ kind: "traceCall", call: call.value, tracer: tracerOf(options), ...common }, info?.signal);
}

function tracerOf(options: Options): TracerChoice {
  const config = options?.tracerConfig;
  const name = options?.tracer;
  return {
    name: name === undefined || name === "" ? "structLogger" : (name as TracerChoice["name"]),
    onlyTopCall: config?.onlyTopCall ?? false,
    withLog: config?.withLog ?? false,
    diffMode: config?.diffMode ?? false,
    disableStack: options?.disableStack ?? false,
    disableStorage: options?.disableStorage ?? config?.disableStorage ?? false,
    enableMemory: options?.enableMemory ?? options?.disableMemory === false,
    enableReturnData: options?.enableReturnData ?? options?.disableReturnData === false,
    limit: Number(options?.limit ?? 0n),
  };
}
