import { height, type Millis, millis } from "@polis/codec";
import type { Justification } from "@polis/finality";
import type { LinkEffect } from "../wire/link.ts";
import type { Claims } from "./claims.ts";
import type { RequestBook } from "./requestBook.ts";
import type { SyncChain } from "./types.ts";

/** Between two requests for justifications: while blocks come, and otherwise. */
const BUSY_MS = 1_000;
const IDLE_MS = 5_000;

/** Asks for justifications, so that blocks become final while they come and no long tail of unfinal ones builds up (7.8). */
export class CatchUp {
  readonly #chain: SyncChain;
  readonly #requests: RequestBook;
  readonly #claims: Claims;
  #notBefore: Millis = millis(0);

  constructor(chain: SyncChain, requests: RequestBook, claims: Claims) {
    this.#chain = chain;
    this.#requests = requests;
    this.#claims = claims;
  }

  /** The request that is due now. @param isBusy while blocks are downloaded; otherwise gossip comes first for a while */
  ask(now: Millis, isBusy: boolean): LinkEffect | undefined {
    const { final } = this.#chain;
    if (now < this.#notBefore || !this.#hasUnfinal || this.#isOpen) return undefined;
    const claimedBefore = isBusy ? now : millis(Math.max(0, now - IDLE_MS));
    const peer = this.#claims.chooseFinal(now, final.header.number, claimedBefore);
    if (peer === undefined) return undefined;
    this.#notBefore = millis(now + (isBusy ? BUSY_MS : IDLE_MS));
    const finalized = height(final.header.number);
    return this.#requests.send(now, peer, { kind: "catchUp" }, { kind: "catchUp", finalized });
  }

  /** Of an answer those whose blocks are here. When none is, blocks have to come first. */
  usable(now: Millis, justifications: readonly Justification[]): readonly Justification[] {
    const here = justifications.filter(({ block }) => this.#chain.isKnown(block.hash));
    if (here.length === 0) this.#notBefore = millis(now + IDLE_MS);
    return here;
  }

  /** When to ask again; undefined while nobody claims more finality than there is here. */
  wakeAt(now: Millis): Millis | undefined {
    if (this.#isOpen || !this.#hasUnfinal) return undefined;
    const isBehind = this.#claims.chooseFinal(now, this.#chain.final.header.number, now) !== undefined;
    return isBehind ? millis(Math.max(this.#notBefore, now + BUSY_MS)) : undefined;
  }

  get #hasUnfinal(): boolean {
    return this.#chain.head.header.number > this.#chain.final.header.number;
  }

  get #isOpen(): boolean {
    return this.#requests.some(({ purpose }) => purpose.kind === "catchUp");
  }
}
