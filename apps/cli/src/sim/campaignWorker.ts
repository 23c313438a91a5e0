import { parentPort, workerData } from "node:worker_threads";
import { type CampaignReport, campaign, type SeedOverrides } from "@polis/simulator";
import { realLedger } from "./realLedger.ts";

/** A share of a campaign: seeds `first`, `first + 1`, … in steps, so that the parent can show progress. */
export interface CampaignShare {
  readonly first: number;
  readonly count: number;
  readonly overrides: SeedOverrides;
  /** The real chain is made here: it cannot be sent to a thread. */
  readonly ledger: "kairos" | "mock";
}

/** Seeds between two progress messages. */
const STEP = 5;

const { first, count, overrides, ledger } = workerData as CampaignShare;
const step = ledger === "kairos" ? 1 : STEP;
for (let done = 0; done < count; done += step) {
  const seed = first + done;
  const own = ledger === "kairos" ? realLedger(seed, overrides.n) : {};
  const report: CampaignReport = campaign(seed, Math.min(step, count - done), { ...overrides, ...own });
  parentPort?.postMessage(report);
}
