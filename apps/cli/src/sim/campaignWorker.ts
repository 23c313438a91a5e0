import { parentPort, workerData } from "node:worker_threads";
import { type CampaignReport, campaign, type SeedOverrides } from "@polis/simulator";

/** A share of a campaign: seeds `first`, `first + 1`, … in steps, so that the parent can show progress. */
export interface CampaignShare {
  readonly first: number;
  readonly count: number;
  readonly overrides: SeedOverrides;
}

/** Seeds between two progress messages. */
const STEP = 5;

const { first, count, overrides } = workerData as CampaignShare;
for (let done = 0; done < count; done += STEP) {
  const report: CampaignReport = campaign(first + done, Math.min(STEP, count - done), overrides);
  parentPort?.postMessage(report);
}
