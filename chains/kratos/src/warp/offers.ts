import { type Digest, decodeKce, fault as faultOf, ok, type Result } from "@polis/codec";
import { blockHash } from "../block/header.ts";
import { wireLimits } from "../wire/limits.ts";
import type { PeerName } from "../wire/link.ts";
import type { WarpFault } from "./errors.ts";
import { kceSnapshot, type Snapshot } from "./snapshot.ts";

/** Blocks that a snapshot may be behind (kratos-core 12.12 (1)); slots are the bound, because a liar claims any height. */
const MAX_BEHIND_SLOTS = 10_000;
/** Slots that a clock may differ by (kratos-core V16). */
const MAX_AHEAD_SLOTS = 10;
const MAX_CHUNKS = 1_000_000;

/** A snapshot that a peer offers. */
export interface Offer {
  readonly peer: PeerName;
  readonly snapshot: Snapshot;
  /** Of its block. */
  readonly hash: Digest;
}

/** Which peer offers which snapshot; nothing of them is proven. */
export class Offers {
  readonly #offers = new Map<PeerName, Offer>();

  /** Takes the answer of a peer. One that is too old, from the future or too large is left out. @param now slot of this clock */
  add(peer: PeerName, bytes: Uint8Array, now: number): Result<undefined, WarpFault> {
    const decoded = decodeKce(kceSnapshot, bytes, wireLimits.snapshotBytes);
    if (!decoded.ok) return faultOf("WARP_MALFORMED");
    const snapshot = decoded.value;
    const { header, justification, totalChunks } = snapshot;
    const hash = blockHash(header);
    if (justification.block.hash !== hash || justification.block.number !== header.number) return faultOf("WARP_CHAIN");
    const isRecent = now - header.slot <= MAX_BEHIND_SLOTS && header.slot - now <= MAX_AHEAD_SLOTS;
    if (isRecent && totalChunks > 0 && totalChunks <= MAX_CHUNKS) this.#offers.set(peer, { peer, snapshot, hash });
    return ok(undefined);
  }

  /** The peer is gone, or not believed any more. */
  drop(peer: PeerName): void {
    this.#offers.delete(peer);
  }

  /** The oldest offer. */
  first(): Offer | undefined {
    const [first] = this.#offers.values();
    return first;
  }

  /** Peers that offer the same block in the same parts: whoever announces other totals would be served, and judged, wrongly. */
  sourcesOf({ hash, snapshot }: Pick<Offer, "hash" | "snapshot">): readonly PeerName[] {
    const { totalChunks, totalEntries } = snapshot;
    return [...this.#offers.values()]
      .filter((other) => other.hash === hash)
      .filter((other) => other.snapshot.totalChunks === totalChunks && other.snapshot.totalEntries === totalEntries)
      .map(({ peer }) => peer);
  }
}
