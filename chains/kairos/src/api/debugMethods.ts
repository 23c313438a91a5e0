import { bytesToHex0x, type Digest } from "@polis/codec";
import { encodeHeader } from "../block/header.ts";
import { encodeReceipt } from "../receipt/encodeReceipt.ts";
import type { ApiBlock, KairosBackend } from "./backend.ts";
import { callObject, readBlockOverride, readCall, readOverrides } from "./callParams.ts";
import { finalPlace } from "./finalPlace.ts";
import { locate } from "./locate.ts";
import { type Answer, type CallInfo, type Method, method, refusal, result } from "./method.ts";
import type { ArgsOf, BlockRef, ValueOf } from "./paramSpec.ts";
import { anyBlock, blockHash, blockNumber, optionalBlock, transactionHash } from "./specs.ts";
import { readTracer, traceCallOptions, traceOptions } from "./traceOptions.ts";
import { rawByHash } from "./transactionMethods.ts";

const callParams = [callObject, optionalBlock, traceCallOptions] as const;

/** Traces and raw bytes (kairos 16.2): the namespace is off on public listeners. */
export const debugMethods: Readonly<Record<string, Method>> = {
  debug_traceTransaction: method([transactionHash, traceOptions], traceTransaction, 50),
  debug_traceCall: method(callParams, traceCall, 50),
  debug_traceBlockByNumber: method(
    [blockNumber, traceOptions],
    (node, [ref, options], info) => traceBlock(node, ref, options, info),
    100,
  ),
  debug_traceBlockByHash: method(
    [blockHash, traceOptions],
    (node, [hash, options], info) => traceBlock(node, { kind: "hash", hash }, options, info),
    100,
  ),
  debug_getRawHeader: method([anyBlock], (node, [ref]) =>
    show(node, ref, ({ header }) => result(bytesToHex0x(encodeHeader(header)))),
  ),
  debug_getRawBlock: method(
    [anyBlock],
    (node, [ref]) =>
      show(node, ref, (block) => {
        const bytes = block.envelope();
        return bytes === undefined
          ? refusal(-32001, "the body of this block is not kept")
          : result(bytesToHex0x(bytes));
      }),
    5,
  ),
  debug_getRawTransaction: method([transactionHash], (node, [hash]) => rawByHash(node, hash as Digest)),
  debug_getRawReceipts: method(
    [anyBlock],
    (node, [ref]) =>
      show(node, ref, (block) => result(block.receipts().map((receipt) => bytesToHex0x(encodeReceipt(receipt))))),
    5,
  ),
};

function show(node: KairosBackend, ref: BlockRef, pick: (block: ApiBlock) => Answer): Answer {
  const found = locate(node, ref);
  return found.ok ? pick(found.block) : found;
}

function traceTransaction(
  node: KairosBackend,
  [hash, options]: readonly [string, ValueOf<typeof traceOptions>],
  info: CallInfo | undefined,
): Answer | Promise<Answer> {
  const unfinal = node.unfinal(hash as Digest);
  const place = finalPlace(node, hash as Digest) ?? (unfinal?.state === "inBlock" ? unfinal : undefined);
  if (place === undefined) return refusal(-32001, "transaction not found");
  const tracer = readTracer(options);
  if (!tracer.ok) return tracer;
  const { block, index } = place;
  return node.run({ kind: "traceTransaction", block: block.digest, index, tracer: tracer.value }, info?.signal);
}

function traceBlock(
  node: KairosBackend,
  ref: BlockRef,
  options: ValueOf<typeof traceOptions>,
  info: CallInfo | undefined,
): Answer | Promise<Answer> {
  const found = locate(node, ref);
  if (!found.ok) return found;
  const tracer = readTracer(options);
  if (!tracer.ok) return tracer;
  return node.run({ kind: "traceBlock", block: found.block.digest, tracer: tracer.value }, info?.signal);
}

function traceCall(
  node: KairosBackend,
  [fields, ref, options]: ArgsOf<typeof callParams>,
  info: CallInfo | undefined,
): Answer | Promise<Answer> {
  const found = locate(node, ref);
  if (!found.ok) return found;
  const call = readCall(fields);
  if (!call.ok) return call;
  const accounts = readOverrides(options?.stateOverrides);
  if (!accounts.ok) return accounts;
  const tracer = readTracer(options);
  if (!tracer.ok) return tracer;
  const environment = readBlockOverride(options?.blockOverrides);
  const common = { block: found.block.digest, accounts: accounts.value, environment, gasCap: node.limits.callGasCap };
  return node.run({ kind: "traceCall", call: call.value, tracer: tracer.value, ...common }, info?.signal);
}
