import { height, type Millis } from "@polis/codec";
import type { LinkEffect } from "../wire/link.ts";
import type { Claims } from "./claims.ts";
import type { Download } from "./download.ts";
import type { RequestBook } from "./requestBook.ts";
import type { SyncOptions } from "./types.ts";
import type { Wants } from "./wants.ts";

/** Sends the request that is next. */
export type Fetch = () => LinkEffect;

/** What requests are made of. */
export interface FetchParts {
  readonly options: SyncOptions;
  readonly requests: RequestBook;
  readonly claims: Claims;
  readonly wants: Wants;
}

/** Chooses the next request for blocks or headers, and whom it goes to. */
export class Fetches {
  readonly #parts: FetchParts;
  #prefersWants = true;

  constructor(parts: FetchParts) {
    this.#parts = parts;
  }

  /**
   * Wanted blocks and ranges in turn, so that neither keeps the other waiting, then proofs of claims.
   * @param download undefined while no ranges are to be asked for @param upTo the greatest proven height
   */
  next(now: Millis, download: Download | undefined, upTo: number): Fetch | undefined {
    const [first, second] = this.#prefersWants
      ? [this.#wanted(now), this.#range(now, download, upTo)]
      : [this.#range(now, download, upTo), this.#wanted(now)];
    return first ?? second ?? this.#proof(now);
  }

  #wanted(now: Millis): Fetch | undefined {
    const { options, requests, claims, wants } = this.#parts;
    for (let want = wants.next(); want !== undefined; want = wants.next()) {
      const { hash, peer: namedBy, asked } = want;
      const isFirst = asked.length === 0 && options.book.isConnected(namedBy);
      const peer = isFirst ? namedBy : claims.chooseOther(now, asked);
      if (peer !== undefined && !options.chain.isKnown(hash)) {
        const open = want;
        return () => {
          this.#prefersWants = false;
          wants.ask(open, peer);
          return requests.send(now, peer, { kind: "block", hash }, { kind: "blockByHash", hash });
        };
      }
      wants.drop(hash);
    }
    return undefined;
  }

  #range(now: Millis, download: Download | undefined, upTo: number): Fetch | undefined {
    const { options, requests, claims } = this.#parts;
    const range = download?.next(upTo);
    const peer = range && claims.choose(now, range.from);
    if (download === undefined || range === undefined || peer === undefined) return undefined;
    const { from } = range;
    const count = Math.min(range.count, options.book.provenHeight(peer) - from + 1);
    return () => {
      this.#prefersWants = true;
      download.asked({ from, count });
      const request = { kind: "sync", fromBlock: height(from), maxBlocks: count, includeBodies: true } as const;
      return requests.send(now, peer, { kind: "range", from, count, plan: download.plan }, request);
    };
  }

  #proof(now: Millis): Fetch | undefined {
    const { options, requests, claims } = this.#parts;
    const [claim] = claims.unproven(now, options.chain.head.header.number);
    if (claim === undefined) return undefined;
    const { peer, status } = claim;
    const number = status.bestBlock;
    return () => {
      claims.asked(peer);
      return requests.send(now, peer, { kind: "proof", number }, { kind: "headerByNumber", number });
    };
  }
}
