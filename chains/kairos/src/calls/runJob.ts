import { prunedAnswer, refusal } from "../api/method.ts";
import { addressTransactions } from "./addressTransactions.ts";
import { createAccessList } from "./createAccessList.ts";
import { estimateGas } from "./estimateGas.ts";
import { feeRewards } from "./feeRewards.ts";
import { findLogs } from "./findLogs.ts";
import { inclusion } from "./inclusion.ts";
import type { CallJob, JobResult } from "./job.ts";
import { proof } from "./proof.ts";
import { runCall } from "./runCall.ts";
import { showBlock } from "./showBlock.ts";
import { simulateBlocks } from "./simulateBlocks.ts";
import { stateValue } from "./stateValue.ts";
import { traceBlock } from "./traceBlock.ts";
import { traceCall } from "./traceCall.ts";
import type { CallWorld } from "./world.ts";

/**
 * Answers a job. Pure and synchronous: the same job on the same world gives the same answer in any thread, and nothing of
 * the chain changes. Only a broken engine or store throws.
 * @example runJob(world, { kind: "call", block, call, accounts: [], environment: {}, gasCap: 50_000_000n })
 */
export function runJob(world: CallWorld, job: CallJob): JobResult {
  if (world.expired()) return refusal(-32005, "the call waited too long for its turn");
  try {
    return answer(world, job);
  } catch (error) {
    return prunedAnswer(error);
  }
}

function answer(world: CallWorld, job: CallJob): JobResult {
  // Named one by one, so that each function gets its own kind of job.
  switch (job.kind) {
    case "call":
      return runCall(world, job as CallJob & { kind: "call" });
    case "estimateGas":
      return estimateGas(world, job as CallJob & { kind: "estimateGas" });
    case "createAccessList":
      return createAccessList(world, job as CallJob & { kind: "createAccessList" });
    case "traceCall":
      return traceCall(world, job);
    case "traceTransaction":
    case "traceBlock":
      return traceBlock(world, job);
    case "block":
    case "receipts":
      return showBlock(world, job as CallJob & { kind: "block" | "receipts" });
    case "proof":
      return proof(world, job);
    case "rewards":
      return feeRewards(world, job);
    case "inclusion":
      return inclusion(world, job);
    case "addressTransactions":
      return addressTransactions(world, job);
    case "logs":
      return findLogs(world, job);
    case "state":
      return stateValue(world, job);
    case "simulate":
      return simulateBlocks(world, job);
  }
}
