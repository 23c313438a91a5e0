import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { type CampaignReport, mergeCampaigns, SOMETIMES } from "@polis/simulator";
import type { CampaignShare } from "./campaignWorker.ts";

export interface CampaignOptions {
  readonly first: number;
  readonly count: number;
  readonly overrides: CampaignShare["overrides"];
  readonly ledger: CampaignShare["ledger"];
  readonly onProgress: (report: CampaignReport, elapsedS: number) => void;
}

/** A campaign's sums, with its speed and the events that never happened. */
export interface CampaignResult extends CampaignReport {
  readonly seedsPerMinute: number;
  readonly cores: number;
  /** Sometimes-events that stayed at zero: a green campaign without them proves little. */
  readonly never: readonly string[];
}

const nothing: CampaignReport = { seeds: 0, failures: [], sometimes: {}, simulatedMs: 0, events: 0 };

/** Runs `count` seeds on all cores. The result does not depend on the number of cores. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { first, count, overrides, ledger, onProgress } = options;
  const cores = Math.min(availableParallelism(), Math.max(1, count));
  const start = performance.now();
  let total = nothing;
  const each = Math.ceil(count / cores);
  const shares = Array.from({ length: cores }, (_, i) => ({
    first: first + i * each,
    count: Math.max(0, Math.min(each, count - i * each)),
    overrides,
    ledger,
  }));
  await Promise.all(
    shares.map((share) =>
      runShare(share, (report) => {
        total = mergeCampaigns(total, report);
        onProgress(total, (performance.now() - start) / 1000);
      }),
    ),
  );
  const minutes = (performance.now() - start) / 60_000;
  const failures = [...total.failures].sort((a, b) => a.seed - b.seed);
  const never = SOMETIMES.filter((event) => (total.sometimes[event] ?? 0) === 0);
  return { ...total, failures, never, cores, seedsPerMinute: Math.round(total.seeds / minutes) };
}

function runShare(share: CampaignShare, onReport: (report: CampaignReport) => void): Promise<void> {
  if (share.count === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./campaignWorker.ts", import.meta.url), { workerData: share });
    worker.on("message", onReport);
    worker.on("error", reject);
    worker.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`a simulation thread ended with ${code}`))));
  });
}
