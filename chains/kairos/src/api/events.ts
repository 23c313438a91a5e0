import type { Digest, Height } from "@polis/codec";
import type { Json } from "./method.ts";

/** What happens in a node, as far as subscribers and filters may know (kairos J2, 16.4). */
export type ApiEvent =
  /** A block is final and on disk. Each height once, ascending. */
  | { readonly what: "final"; readonly digest: Digest; readonly height: Height }
  /** A transaction that can be executed next has entered the pool. */
  | { readonly what: "pooled"; readonly hash: Digest }
  /** This node entered a view. */
  | { readonly what: "entered"; readonly view: number; readonly leader: number; readonly seenMs: number }
  /** A leader proposed a block, which is perhaps not executed yet. */
  | {
      readonly what: "proposed";
      readonly view: number;
      readonly digest: Digest;
      readonly height: Height;
      readonly seenMs: number;
    }
  | (ViewEvent & { readonly what: "notarized"; readonly digest: Digest; readonly height: Height | undefined })
  /** A notarized block that the chain went past. */
  | { readonly what: "skipped"; readonly digest: Digest }
  | (ViewEvent & { readonly what: "finalized"; readonly digest: Digest; readonly height: Height | undefined })
  | (ViewEvent & { readonly what: "nullified" })
  | (ViewEvent & { readonly what: "evidence"; readonly evidence: Json });

/** An event of consensus. */
export interface ViewEvent {
  readonly epoch: number;
  readonly view: number;
  /** Unix milliseconds at which this node saw it. */
  readonly seenMs: number;
  /** The certificate's bytes (kairos 3.4). */
  readonly certificate: Uint8Array | undefined;
}

/** Carries events from the node to whoever listens. */
export interface ApiEvents {
  publish(event: ApiEvent): void;
  /** @returns how to stop listening */
  subscribe(listener: (event: ApiEvent) => void): () => void;
}

/**
 * Makes the line between a node and its subscribers. Listeners run at once, in the order in which they came, and must not
 * throw; the servers bound how many there are.
 */
export function createApiEvents(): ApiEvents {
  const listeners = new Set<(event: ApiEvent) => void>();
  return {
    publish(event) {
      for (const listener of [...listeners]) listener(event);
    },
    subscribe(listener) {
      // A wrapper of its own, so that the same function may listen twice.
      const own = (event: ApiEvent) => listener(event);
      listeners.add(own);
      return () => listeners.delete(own);
    },
  };
}
