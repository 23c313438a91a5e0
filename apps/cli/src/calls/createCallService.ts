import {
  type Answer,
  type CallJob,
  createCallWorld,
  type Genesis,
  type KairosReader,
  refusal,
  runJob,
} from "@polis/kairos";
import type { Logger, Metrics } from "@polis/ports";
import { createNodeEvm } from "../node/createNodeEvm.ts";
import { forModule } from "../telemetry/logger.ts";
import { CallPool } from "./callPool.ts";
import { jobBytes } from "./jobBytes.ts";
import { createUnsettledBlocks } from "./unsettledBlocks.ts";

/** The chain that calls look at, and the limits of kairos 16.3. Times in milliseconds. */
export interface CallServiceOptions {
  readonly genesis: Genesis;
  readonly reader: KairosReader;
  /** Height of the last block whose commit is durable. */
  readonly settledHeight: () => number;
  /** Directory of the store. */
  readonly path: string;
  readonly mapSizeBytes: number;
  readonly history: "full" | "archive" | "none";
  /** 0 answers in the caller's own thread, where only gas bounds a call: for tests and small machines. */
  readonly threads: number;
  readonly callTimeoutMs: number;
  readonly traceTimeoutMs: number;
  readonly maxResponseBytes: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Answers heavy reads (kairos J7). */
export interface CallService {
  run(job: CallJob, signal?: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

const maxQueued = 256;
/** Calls take microseconds, and waking a thread takes longer than that. */
const depth = 16;
const maxQueuedBytes = 32 * 1024 * 1024;
/** Jobs that may take long; they have a thread of their own, so that no call waits behind a trace. */
const slow: ReadonlySet<CallJob["kind"]> = new Set(["traceCall", "traceTransaction", "traceBlock", "simulate"]);

/**
 * Makes the service of a node. Calls run on the last finalized state that is on disk; a job for a block above it
 * (`pending`) brings the blocks in between, at most 8, and the thread executes them for itself.
 */
export function createCallService(options: CallServiceOptions): CallService {
  if (options.threads === 0) return sameThread(options);
  const { genesis, reader, settledHeight, threads, metrics } = options;
  const logger = forModule(options.logger, "calls");
  const unsettledOf = createUnsettledBlocks(reader, genesis);
  const { path, mapSizeBytes, history } = options;
  const setup = { genesis, path, mapSizeBytes, history, maxResultLength: options.maxResponseBytes };
  const common = { setup, maxQueued, maxQueuedBytes, logger, metrics };
  const fastLane = new CallPool({ ...common, lane: "calls", threads, depth });
  const slowLane = new CallPool({ ...common, lane: "traces", threads: 1, depth: 1 });
  return {
    run: async (job, signal) => {
      if (job.kind === "logs" && !(await isSettled(settledHeight, job.to))) {
        return refusal(-32000, "the disk is too slow: the last blocks are not written yet");
      }
      const unsettled = "block" in job ? unsettledOf(settledHeight(), job.block) : [];
      if (unsettled === undefined) return refusal(-32001, "the state of this block is not available");
      const isSlow = slow.has(job.kind);
      const timeoutMs = timeOf(options, job);
      const bytes = jobBytes(job) + unsettled.reduce((sum, { block }) => sum + block.length, 0);
      return (isSlow ? slowLane : fastLane).run({ request: { job, unsettled, timeoutMs }, bytes, signal });
    },
    close: async () => {
      await Promise.all([fastLane.close(), slowLane.close()]);
    },
  };
}

/** Waits for the blocks that a query of logs ends with; a disk takes milliseconds for them. */
async function isSettled(settledHeight: () => number, wanted: number): Promise<boolean> {
  for (let i = 0; i < maxSettleTries; i++) {
    if (settledHeight() >= wanted) return true;
    await new Promise((resolve) => setTimeout(resolve, settleTryMs));
  }
  return false;
}

const settleTryMs = 5;
const maxSettleTries = 400;

/** What the node allows; a tracer's own wish only shortens it. */
function timeOf({ callTimeoutMs, traceTimeoutMs }: CallServiceOptions, job: CallJob): number {
  if (!slow.has(job.kind)) return callTimeoutMs;
  const wanted = "tracer" in job ? job.tracer.timeoutMs : undefined;
  return Math.min(wanted ?? traceTimeoutMs, traceTimeoutMs);
}

function sameThread(options: CallServiceOptions): CallService {
  const { genesis, reader } = options;
  const evm = createNodeEvm(genesis.params);
  return {
    run: async (job) => {
      const deadline = performance.now() + timeOf(options, job);
      return runJob(
        createCallWorld(reader, evm, () => performance.now() > deadline),
        job,
      );
    },
    close: async () => undefined,
  };
}
