import { bytesToHex0x, quantityOf } from "@polis/codec";
import type { EvmLog } from "../seam/rules.ts";
import type { FrameEnd, FrameStart, Tracer } from "../seam/tracer.ts";
import type { Execution } from "../seam/transaction.ts";
import { createBudget } from "./budget.ts";
import { haltText } from "./haltText.ts";
import { revertReason } from "./revertReason.ts";
import { defaultRecorderLimits, type JsonValue, type Recorder, type RecorderLimits } from "./types.ts";

/** Options of `callTracer`; the first two are geth's. */
export interface CallTracerOptions {
  /** Leave out what the transaction's own frame calls. */
  readonly onlyTopCall?: boolean;
  /** Attach the logs of frames that were not undone. */
  readonly withLog?: boolean;
  /** Shown as the gas of the top frame; by default what the frame had and what was paid before it began. */
  readonly gasLimit?: bigint;
  readonly limits?: Partial<RecorderLimits>;
}

interface CallLog {
  readonly log: EvmLog;
  /** Inner calls of the frame before the log. */
  readonly position: number;
  readonly index: number;
}

interface Frame {
  readonly start: FrameStart;
  end: FrameEnd | undefined;
  readonly calls: Frame[];
  logs: CallLog[];
}

/** Estimated bytes of a frame's JSON without input and output. */
const frameBytes = 400;

/**
 * The tree of calls (geth's `callTracer`).
 * @example
 * const recorder = callTracer({ withLog: true });
 * const executed = evm.execute(state, env, transaction, undefined, recorder.tracer);
 * if (executed.ok) show(recorder.result(executed.value));
 */
export function callTracer(options: CallTracerOptions = {}): Recorder<{ readonly [key: string]: JsonValue }> {
  const budget = createBudget({ ...defaultRecorderLimits, ...options.limits });
  /** Open frames by depth; undefined where a frame is not recorded. */
  const open: (Frame | undefined)[] = [];
  let top: Frame | undefined;
  let logIndex = 0;
  const tracer: Tracer = {
    onEnter(start) {
      const parent = open.at(-1);
      const isWanted = open.length === 0 || (options.onlyTopCall !== true && parent !== undefined);
      const isKept = isWanted && budget.take(frameBytes + 2 * start.input.length);
      // Input costs its caller nothing, so only what is kept is copied.
      const input = isKept || open.length === 0 ? start.input.slice() : start.input;
      const frame: Frame = { start: { ...start, input }, end: undefined, calls: [], logs: [] };
      open.push(isKept || open.length === 0 ? frame : undefined);
      if (open.length === 1) top = frame;
      else if (isKept) parent?.calls.push(frame);
    },
    onExit(end) {
      const frame = open.pop();
      if (frame === undefined) return;
      frame.end = { ...end, output: budget.take(2 * end.output.length) ? end.output.slice() : new Uint8Array(0) };
      if (end.halt !== undefined) forgetLogs(frame);
    },
  };
  if (options.withLog === true) {
    tracer.onLog = (log) => {
      const index = logIndex++;
      const frame = open.at(-1);
      if (frame === undefined || !budget.take(frameBytes + 2 * log.data.length)) return;
      frame.logs.push({ log: { ...log, data: log.data.slice() }, position: frame.calls.length, index });
    };
  }
  return {
    tracer,
    result(execution) {
      if (top === undefined) return {};
      const json = frameJson(top);
      json.gas = quantityOf(options.gasLimit ?? gasOfTransaction(top, execution));
      json.gasUsed = quantityOf(execution.gasUsed);
      return budget.isSpent ? { ...json, truncated: true } : json;
    },
  };
}

/** The frame's gas and what was taken before it: intrinsic gas (kairos F2, Ethereum's g0). */
function gasOfTransaction({ start, end }: Frame, { gasSpent }: Execution): bigint {
  const before = gasSpent - (end?.gasUsed ?? 0n);
  return start.gas + (before > 0n ? before : 0n);
}

/** A frame that failed takes back its logs and those of everything it called. */
function forgetLogs(frame: Frame): void {
  const pending = [frame];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    next.logs = [];
    pending.push(...next.calls);
  }
}

/** The JSON of a whole tree, without recursion: it may be 1,024 calls deep. */
function frameJson(root: Frame): Record<string, JsonValue> {
  const result = ownJson(root);
  const pending: { readonly frame: Frame; readonly json: Record<string, JsonValue> }[] = [
    { frame: root, json: result },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { frame, json } = next;
    if (frame.calls.length === 0) continue;
    const children = frame.calls.map((call) => ({ frame: call, json: ownJson(call) }));
    json.calls = children.map((child) => child.json);
    pending.push(...children);
  }
  return result;
}

function ownJson({ start, end, logs }: Frame): Record<string, JsonValue> {
  const isCreate = start.kind === "CREATE" || start.kind === "CREATE2";
  const json: Record<string, JsonValue> = {
    from: `0x${start.from}`,
    gas: quantityOf(start.gas),
    gasUsed: quantityOf(end?.gasUsed ?? 0n),
    to: `0x${start.to}`,
    input: bytesToHex0x(start.input),
    type: start.kind,
  };
  if (start.kind !== "STATICCALL") json.value = quantityOf(start.value);
  const output = end?.output ?? new Uint8Array(0);
  if (end?.halt === undefined || end.halt === "revert") {
    if (output.length > 0) json.output = bytesToHex0x(output);
  }
  if (end?.halt !== undefined) {
    json.error = haltText(end.halt);
    const reason = end.halt === "revert" ? revertReason(output) : undefined;
    if (reason !== undefined) json.revertReason = reason;
    if (isCreate) delete json.to;
  }
  if (logs.length > 0) json.logs = logs.map(logJson);
  return json;
}

function logJson({ log, position, index }: CallLog): JsonValue {
  return {
    address: `0x${log.address}`,
    topics: log.topics.map((topic) => `0x${topic}`),
    data: bytesToHex0x(log.data),
    position: quantityOf(BigInt(position)),
    index: quantityOf(BigInt(index)),
  };
}
