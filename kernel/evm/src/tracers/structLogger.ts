import { bytesToHex0x } from "@polis/codec";
import type { FrameEnd, FrameStart, Step, Tracer } from "../seam/tracer.ts";
import { type Budget, createBudget } from "./budget.ts";
import { haltText } from "./haltText.ts";
import { opcodeName } from "./opcodeNames.ts";
import { createStorageView } from "./storageView.ts";
import { defaultRecorderLimits, type JsonValue, type Recorder, type RecorderLimits } from "./types.ts";

/** Options of `structLogger`, as geth has them. */
export interface StructLoggerOptions {
  /** Steps at most; 0 or absent is the limit of `limits`. */
  readonly limit?: number;
  readonly disableStack?: boolean;
  readonly disableStorage?: boolean;
  readonly enableMemory?: boolean;
  readonly enableReturnData?: boolean;
  readonly limits?: Partial<RecorderLimits>;
}

/** A recorded step whose price is not known before the next one of its frame, or the frame's end. */
interface Pending {
  readonly json: Record<string, JsonValue>;
  readonly gas: bigint;
  readonly op: number;
}

interface OpenFrame {
  readonly start: FrameStart;
  pending: Pending | undefined;
  /** What calls since the pending step gave back and what creations used up. */
  correction: bigint;
}

/** Estimated bytes of a step's JSON, of a word on its stack and of one in its memory. */
const stepBytes = 150;
const wordBytes = 70;

/**
 * Every instruction with gas and stack (geth's opcode logger, the default of `debug_trace…`). Steps are numbered from depth
 * 1. The price of a step is the gas that is missing at the next step of its frame; of a call it includes the gas that is
 * passed on, as in geth.
 */
export function structLogger(options: StructLoggerOptions = {}): Recorder<{ readonly [key: string]: JsonValue }> {
  const limits = { ...defaultRecorderLimits, ...options.limits };
  const maxItems = options.limit ? Math.min(options.limit, limits.maxItems) : limits.maxItems;
  const budget = createBudget({ ...limits, maxItems });
  const steps: JsonValue[] = [];
  const open: OpenFrame[] = [];
  const storage = createStorageView();
  const tracer: Tracer = {
    onStart: (state) => storage.start(state),
    onEnter(start) {
      open.push({ start, pending: undefined, correction: 0n });
    },
    onStep(step) {
      const frame = open.at(-1)!;
      settle(frame, step.gas, undefined);
      const json = record(step, options, budget);
      if (json === undefined) return;
      if (options.disableStorage !== true) {
        const seen = storage.read(step);
        if (seen !== undefined && budget.take(2 * wordBytes * Object.keys(seen).length)) json.storage = seen;
      }
      steps.push(json);
      frame.pending = { json, gas: step.gas, op: step.op };
    },
    onExit(end) {
      const frame = open.pop()!;
      settle(frame, frame.start.gas - end.gasUsed + depositGas(frame.start, end), end);
      const parent = open.at(-1);
      if (parent === undefined || frame.start.kind === "SELFDESTRUCT") return;
      parent.correction -= isCreation(frame.start) ? end.gasUsed : end.gasUsed - frame.start.gas;
    },
  };
  return {
    tracer,
    result(execution) {
      const json = {
        gas: Number(execution.gasUsed),
        failed: execution.status === 0,
        returnValue:
          execution.halt === undefined || execution.halt === "revert" ? bytesToHex0x(execution.output) : "0x",
        structLogs: steps,
      };
      return budget.isSpent && !options.limit ? { ...json, truncated: true } : json;
    },
  };
}

/** Fills in the price of the frame's last step, now that the gas after it is known. */
function settle(frame: OpenFrame, gasAfter: bigint, end: FrameEnd | undefined): void {
  const { pending, correction } = frame;
  frame.correction = 0n;
  frame.pending = undefined;
  if (pending === undefined) return;
  const halt = end?.halt;
  // An instruction that could not be run has no price; one that could not be paid costs what there was.
  const isUnpriced = halt !== undefined && halt !== "revert" && halt !== "outOfGas";
  const cost = isUnpriced ? 0n : pending.gas - gasAfter + correction;
  pending.json.gasCost = Number(cost);
  if (halt !== undefined && !(halt === "revert" && pending.op === 0xfd)) pending.json.error = haltText(halt);
}

/** What a creation pays for its code at its end: no instruction's price. */
function depositGas(start: FrameStart, end: FrameEnd): bigint {
  return isCreation(start) && end.halt === undefined ? 200n * BigInt(end.output.length) : 0n;
}

function isCreation({ kind }: FrameStart): boolean {
  return kind === "CREATE" || kind === "CREATE2";
}

function record(step: Step, options: StructLoggerOptions, budget: Budget): Record<string, JsonValue> | undefined {
  const returnData = options.enableReturnData === true ? step.returnData() : undefined;
  const memoryBytes = options.enableMemory === true ? step.memoryBytes : 0;
  const stackSize = options.disableStack === true ? 0 : step.stackSize;
  const bytes = stepBytes + wordBytes * stackSize + 2 * memoryBytes + 2 * (returnData?.length ?? 0);
  if (!budget.take(bytes)) return undefined;
  const json: Record<string, JsonValue> = {
    pc: step.pc,
    op: opcodeName(step.op),
    gas: Number(step.gas),
    gasCost: 0,
    depth: step.depth + 1,
  };
  if (step.refund > 0n) json.refund = Number(step.refund);
  if (options.disableStack !== true) {
    json.stack = Array.from({ length: stackSize }, (_, i) => `0x${step.stack(stackSize - 1 - i).toString(16)}`);
  }
  if (memoryBytes > 0) json.memory = memoryWords(step.memory());
  if (returnData !== undefined && returnData.length > 0) json.returnData = bytesToHex0x(returnData);
  return json;
}

function memoryWords(memory: Uint8Array): string[] {
  const words: string[] = [];
  for (let at = 0; at + 32 <= memory.length; at += 32) words.push(bytesToHex0x(memory.subarray(at, at + 32)));
  return words;
}
