import type { NodeReport } from "@polis/kratos";
import type { Logger } from "@polis/ports";
import { reasonWords } from "../observer/securityView.ts";

/** What a line about the chain says besides what happened. */
export interface ChainFigures {
  readonly slot: number;
  readonly height: number;
  readonly finalized: number;
  readonly peers: number;
}

const SYNC_MS = 5_000;

/**
 * Writes what a node reports into a log: one line a slot at most while all is well, so that a person can read along.
 * @param figures where the chain is now
 * @param nowMs for the pace of lines about the download
 */
export function createReportLog(
  logger: Logger,
  finality: Logger,
  figures: () => ChainFigures,
  nowMs: () => number = Date.now,
): (report: NodeReport) => void {
  let lineOf = -1;
  let syncLineMs = 0;
  let isSyncing = false;
  const slotLine = (what: string, fields: Record<string, string | number>): void => {
    const { slot, height, finalized, peers } = figures();
    if (slot === lineOf || isSyncing) return;
    lineOf = slot;
    logger.log("info", what, { slot, height, finalized, peers, ...fields });
  };
  const writers: { readonly [K in NodeReport["kind"]]: (report: Extract<NodeReport, { kind: K }>) => void } = {
    produced: ({ hash, transactions }) => slotLine("block produced", { hash: hash.slice(0, 8), transactions }),
    imported: ({ hash, number, from }) => {
      slotLine("block imported", { hash: hash.slice(0, 8) });
      logger.log("debug", "imported", { number, hash, from: from ?? "" });
    },
    skipped: ({ slot, reason }) => logger.log("warn", "a slot of this validator was skipped", { slot, reason }),
    reorganised: ({ depth, head }) => {
      logger.log("info", "another branch is the best now", { depth, head: head.slice(0, 8) });
    },
    finalized: ({ number, hash, slotsBehind }) => finality.log("debug", "final", { number, hash, slotsBehind }),
    syncing: ({ current, highest, state }) => {
      isSyncing = current < highest;
      if (isSyncing && nowMs() - syncLineMs < SYNC_MS) return;
      syncLineMs = nowMs();
      logger.log(isSyncing ? "info" : "debug", "downloading", { current, highest, state });
    },
    fault: ({ peer, code, action }) => {
      const isServed = action === "none" || action === "score";
      logger.log(isServed ? "debug" : "warn", "a peer broke a rule", { peer, code, action });
    },
    security: ({ state, reason: row }) => {
      const reason = reasonWords({ reason: row });
      const isNormal = state === "Normal" || state === "Bootstrap";
      logger.log(isNormal ? "info" : "warn", "security state of the network", { state, reason });
    },
    clock: ({ status, driftMs }) => {
      logger.log(status === "Healthy" ? "info" : "warn", "clock of this node", { status, driftMs });
    },
    alarm: ({ finalized }) => {
      logger.log("error", "two justifications contradict each other: nothing is made final any more", { finalized });
    },
  };
  return (report) => (writers[report.kind] as (one: NodeReport) => void)(report);
}
