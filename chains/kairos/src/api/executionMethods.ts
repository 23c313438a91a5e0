import type { Header } from "../block/header.ts";
import type { SimulatedBlock } from "../calls/job.ts";
import type { BlockOverride } from "../calls/overrides.ts";
import { nextBaseFee } from "../fees/nextBaseFee.ts";
import type { KairosBackend } from "./backend.ts";
import {
  blockOverrides,
  callObject,
  readBlockOverride,
  readCall,
  readOverrides,
  stateOverrides,
} from "./callParams.ts";
import { locate } from "./locate.ts";
import { type Answer, type CallInfo, type Method, method, refusal } from "./method.ts";
import type { ArgsOf, FieldsOf } from "./paramSpec.ts";
import { optionalBlock } from "./specs.ts";

const callParams = [callObject, optionalBlock, stateOverrides, blockOverrides] as const;

/** Calls in one block of `eth_simulateV1`, and blocks that a request may name. */
const maxCalls = 1_000;
const maxBlocks = 256;

const simulatedFields = [
  blockOverrides,
  stateOverrides,
  { name: "calls", type: "list", of: callObject, max: maxCalls, optional: true },
] as const;
const simulated = { name: "block", type: "object", fields: simulatedFields } as const;
const simulationFields = [
  { name: "blockStateCalls", type: "list", of: simulated, max: maxBlocks },
  { name: "traceTransfers", type: "boolean", optional: true },
  { name: "validation", type: "boolean", optional: true },
  { name: "returnFullTransactions", type: "boolean", optional: true },
] as const;
const simulation = { name: "simulation", type: "object", fields: simulationFields } as const;

/** Simulated execution (kairos 16.2): outside the consensus loop, bounded in gas and time, and without any effect. */
export const executionMethods: Readonly<Record<string, Method>> = {
  eth_call: method(callParams, (node, args, info) => execute(node, "call", args, info), 4),
  eth_estimateGas: method(callParams, (node, args, info) => execute(node, "estimateGas", args, info), 8),
  eth_createAccessList: method(callParams, (node, args, info) => execute(node, "createAccessList", args, info), 8),
  eth_simulateV1: method([simulation, optionalBlock], simulate, 50),
};

function execute(
  node: KairosBackend,
  kind: "call" | "estimateGas" | "createAccessList",
  [fields, ref, accountFields, blockFields]: ArgsOf<typeof callParams>,
  info: CallInfo | undefined,
): Answer | Promise<Answer> {
  const found = locate(node, ref);
  if (!found.ok) return found;
  const call = readCall(fields);
  if (!call.ok) return call;
  const accounts = readOverrides(accountFields);
  if (!accounts.ok) return accounts;
  const chosen = readBlockOverride(blockFields);
  // What is estimated will be in a later block, and a contract may take another path there.
  const environment = kind === "call" ? chosen : afterBlock(node, found.block.header, chosen);
  const common = { block: found.block.digest, accounts: accounts.value, environment, gasCap: node.limits.callGasCap };
  return node.run({ kind, call: call.value, ...common }, info?.signal);
}

/** The block that comes next, with what the caller pretends of it. */
function afterBlock(node: KairosBackend, header: Header, chosen: BlockOverride): BlockOverride {
  const { number, timestampS, extra, baseFeePerGas } = header;
  return {
    ...chosen,
    number: chosen.number ?? BigInt(number) + 1n,
    timestampS: chosen.timestampS ?? Math.max(timestampS + 1, node.nextTimestampS()),
    baseFeePerGas: chosen.baseFeePerGas ?? nextBaseFee(baseFeePerGas, extra.smoothedGas, node.params.fees),
  };
}

function simulate(
  node: KairosBackend,
  [fields, ref]: readonly [FieldsOf<typeof simulationFields>, ArgsOf<[typeof optionalBlock]>[0]],
  info: CallInfo | undefined,
): Answer | Promise<Answer> {
  if (node.limits.simulateMaxBlocks === 0) return refusal(-32601, "eth_simulateV1 is disabled on this node");
  if (fields.blockStateCalls.length > node.limits.simulateMaxBlocks) return refusal(-38026, "too many blocks");
  const found = locate(node, ref);
  if (!found.ok) return found;
  const blocks: SimulatedBlock[] = [];
  for (const one of fields.blockStateCalls) {
    const accounts = readOverrides(one.stateOverrides);
    if (!accounts.ok) return accounts;
    const calls = [];
    for (const fields of one.calls ?? []) {
      const call = readCall(fields);
      if (!call.ok) return call;
      calls.push(call.value);
    }
    blocks.push({ environment: readBlockOverride(one.blockOverrides), accounts: accounts.value, calls });
  }
  const { validation = false, returnFullTransactions = false, traceTransfers = false } = fields;
  const flags = { validation, returnFullTransactions, traceTransfers };
  const job = {
    kind: "simulate",
    block: found.block.digest,
    blocks,
    gasCap: node.limits.callGasCap,
    ...flags,
  } as const;
  return node.run(job, info?.signal);
}
