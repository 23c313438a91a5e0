import { encodeFinalizedPush, type Finalize } from "@polis/minimmit";
import type { PeerNetwork } from "@polis/net";
import type { Archive } from "@polis/ports";
import { CAPABILITY_FEED } from "../role.ts";

/** Where finalized blocks are read, and where they go. */
export interface FinalFeedOptions {
  readonly network: Pick<PeerNetwork, "peers" | "sendBulk">;
  readonly archive: Archive;
  /** Validators of the certificate bitmap. */
  readonly n: number;
  readonly maxBlockBytes: number;
  /** The highest view of which a finalization is known: older ones are not news. */
  readonly knownView: () => number;
}

/** Pushes finalized blocks with their certificate to the followers that have asked for it (kairos N17). */
export class FinalFeed {
  readonly #options: FinalFeedOptions;

  constructor(options: FinalFeedOptions) {
    this.#options = options;
  }

  /** Blocks have become final here; they can be read already. */
  push({ blocks, certificate }: Finalize): void {
    const { network, archive, n, maxBlockBytes, knownView } = this.#options;
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
    for (const { peer } of listeners) network.sendBulk(peer, type, body);
  }
}
