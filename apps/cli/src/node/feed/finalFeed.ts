import { encodeFinalizedPush, type Finalize } from "@polis/minimmit";
import type { PeerNetwork } from "@polis/net";
import type { Archive, Metrics } from "@polis/ports";
import { CAPABILITY_FEED } from "../role.ts";
import type { SyncBudget } from "./syncBudget.ts";

/** Where finalized blocks are read, and where they go. */
export interface FinalFeedOptions {
  readonly network: Pick<PeerNetwork, "peers" | "sendBulk">;
  readonly archive: Archive;
  /** Validators of the certificate bitmap. */
  readonly n: number;
  readonly maxBlockBytes: number;
  /** Pushes are paid like answers (kairos N9): many followers must not take the links of consensus. */
  readonly budget: Pick<SyncBudget, "allows" | "pay">;
  readonly metrics: Metrics;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** The highest view of which a finalization is known: older ones are not news. */
  readonly knownView: () => number;
}

const OVER_BUDGET = Object.freeze({ reason: "budget", type: "FinalizedPush" });

/**
 * Pushes finalized blocks with their certificate to the followers that have asked for it (kairos N17). Whom the budget
 * leaves out sees no push for a while and asks.
 */
export class FinalFeed {
  readonly #options: FinalFeedOptions;
  /** Who is first changes, so that a small budget leaves out everybody in turn. */
  #turn = 0;

  constructor(options: FinalFeedOptions) {
    this.#options = options;
  }

  /** Blocks have become final here; they can be read already. */
  push({ blocks, certificate }: Finalize): void {
    const { network, archive, n, maxBlockBytes, knownView, budget, metrics, nowMs } = this.#options;
    // A node that catches up itself has nothing new to say.
    if (certificate.view < knownView()) return;
    const listeners = network
      .peers()
      .filter(
        ({ up, isValidator, hello }) => up && !isValidator && ((hello?.capabilities ?? 0) & CAPABILITY_FEED) !== 0,
      );
    if (listeners.length === 0) return;
    const items = blocks.flatMap(({ digest }) => {
      const block = archive.blockByDigest(digest);
      return block === undefined
        ? []
        : [{ block, certificate: digest === certificate.digest ? certificate : undefined }];
    });
    if (items.length === 0) return;
    const { type, body } = encodeFinalizedPush(items, n, maxBlockBytes);
    const first = this.#turn++ % listeners.length;
    for (const { peer } of [...listeners.slice(first), ...listeners.slice(0, first)]) {
      if (!budget.allows(nowMs())) metrics.count("p2p_dropped_total", 1, OVER_BUDGET);
      else if (network.sendBulk(peer, type, body)) budget.pay(body.length, nowMs());
    }
  }
}
