import { type Digest, digest, height, type Millis, millis } from "@polis/codec";
import type { Genesis } from "../genesis/buildGenesis.ts";
import type { PeerBook, PeerEffect } from "../peers/peerBook.ts";
import type { LinkEffect, LinkEvent, PeerName } from "../wire/link.ts";
import type { Status } from "../wire/messages.ts";
import type { Wire } from "../wire/wire.ts";
import { Asking } from "./asking.ts";
import { checkAnswer } from "./checkAnswer.ts";
import { failureOf, type JoinFailure } from "./failure.ts";

/** What a joining node knows beforehand. */
export interface JoinOptions {
  readonly wire: Wire;
  readonly book: PeerBook;
  /** The name of the chain that is expected, `KratOs` on production; case does not matter. */
  readonly chainName: string;
  readonly protocolVersion: number;
  /** The genesis hash, when the operator pinned it. */
  readonly pin: Digest | undefined;
  /** The operator accepts what all reachable peers say, though they are fewer than three. */
  readonly acceptFewer: boolean;
  readonly nextId: () => number;
}

/** What happens to a joining node. */
export type JoinEvent = LinkEvent | { readonly kind: "start" } | { readonly kind: "timer" };

/** What a joining node wants. The last effect is `joined` or `failed`. */
export type JoinEffect =
  | LinkEffect
  | PeerEffect
  | { readonly kind: "setTimer"; readonly at: Millis }
  /** Store the record, block and state in one commit, and begin. */
  | { readonly kind: "joined"; readonly genesis: Genesis }
  | ({ readonly kind: "failed" } & JoinFailure);

/** kratos-core 12.10. */
const TIMEOUT_MS = 30_000;
const ENOUGH_PEERS = 3;
/** No new connection for so long: more peers are not to be expected. */
const QUIET_MS = 5_000;
/** Between two looks at the peers that have not answered. */
const TICK_MS = 1_000;
const ZERO = digest("00".repeat(32));

/** Genesis exchange of a node with an empty database (kratos-core 12.10): a pin, or peers that agree (I45). */
export class GenesisJoin {
  readonly #options: JoinOptions;
  readonly #asking: Asking;
  /** Checked answers: who gave them, and which genesis. */
  readonly #answers = new Map<PeerName, Digest>();
  readonly #built = new Map<Digest, Genesis>();
  /** Peers of other chains, or with another genesis than the pinned one. */
  #others = 0;
  #startedAt: Millis | undefined;
  #connectedAt: Millis = millis(0);
  #isOver = false;
  #effects: JoinEffect[] = [];

  constructor(options: JoinOptions) {
    this.#options = options;
    this.#asking = new Asking(options);
  }

  /** Applies an event. Nothing happens any more after `joined` or `failed`. */
  step(now: Millis, event: JoinEvent): readonly JoinEffect[] {
    this.#effects = [];
    if (this.#isOver) return this.#effects;
    // A clock that was set back begins the waiting anew.
    if (this.#startedAt === undefined || now < this.#startedAt) this.#startedAt = now;
    this.#take(now, event);
    this.#judge(now);
    if (!this.#isOver) this.#effects.push(...this.#asking.again(now), { kind: "setTimer", at: millis(now + TICK_MS) });
    return this.#effects;
  }

  #take(now: Millis, event: JoinEvent): void {
    const { book } = this.#options;
    switch (event.kind) {
      case "connected":
        this.#effects.push(...book.connected(now, event.peer));
        if (!book.isConnected(event.peer)) break;
        this.#connectedAt = now;
        this.#effects.push(...this.#asking.connected(now, event.peer));
        break;
      case "disconnected":
        book.disconnected(now, event.peer);
        this.#asking.disconnected(event.peer);
        break;
      case "answer":
        this.#onAnswer(now, event);
        break;
      case "request":
        this.#onRequest(now, event);
        break;
      case "gossip":
        this.#effects.push({ kind: "verdict", id: event.id, verdict: "ignore" });
        break;
      case "start":
      case "timer":
        break;
    }
  }

  #onAnswer(now: Millis, { id, peer, answer }: Extract<LinkEvent, { kind: "answer" }>): void {
    const { wire, book } = this.#options;
    if (!this.#asking.take(id)) return;
    if (typeof answer === "string") {
      if (answer === "timeout") this.#effects.push(...book.charge(now, peer, "timeout"));
      return;
    }
    const decoded = wire.decodeResponse(this.#asking.request, answer);
    if (!decoded.ok) {
      this.#effects.push(...book.charge(now, peer, "malformed", decoded.fault.code));
      return;
    }
    if (decoded.value.kind !== "genesis") return;
    const checked = checkAnswer(this.#options, decoded.value.genesis, this.#built);
    if (checked.ok) {
      this.#built.set(checked.value.hash, checked.value);
      this.#answers.set(peer, checked.value.hash);
      this.#asking.done(peer);
      return;
    }
    const { code, verdict } = checked.fault;
    this.#others++;
    this.#asking.done(peer);
    if (verdict === "punish") this.#effects.push(...book.charge(now, peer, "otherGenesis", code));
    else this.#effects.push({ kind: "disconnect", peer, reason: code });
  }

  /** A node without a genesis does not answer for one; its status says that it is joining (kratos-core 12.8, 12.10). */
  #onRequest(now: Millis, { id, protocol, bytes }: Extract<LinkEvent, { kind: "request" }>): void {
    const { wire, protocolVersion, book } = this.#options;
    const request = wire.decodeRequest(protocol, bytes);
    if (!request.ok || request.value.kind !== "status") {
      this.#effects.push({ kind: "refuse", id });
      return;
    }
    const nothing = { bestBlock: height(0), bestHash: ZERO, finalizedNumber: height(0), finalizedHash: ZERO };
    const status: Status = { ...nothing, genesisHash: ZERO, protocolVersion, unixTimeMs: now };
    const peerCount = book.peers().length;
    this.#effects.push({ kind: "respond", id, bytes: wire.encodeResponse({ kind: "status", status, peerCount }) });
  }

  #judge(now: Millis): void {
    const { pin, acceptFewer, book } = this.#options;
    const hashes = [...new Set(this.#answers.values())];
    const [hash] = hashes;
    const isLate = now - this.#startedAt! >= TIMEOUT_MS;
    if (hashes.length > 1) this.#fail("GENESIS_DISAGREEMENT", hashes);
    else if (hash !== undefined && (pin !== undefined || this.#answers.size >= ENOUGH_PEERS)) this.#join(hash);
    else if (hash !== undefined && acceptFewer && (isLate || this.#isQuiet(now))) this.#join(hash);
    else if (isLate && hash !== undefined) this.#fail("GENESIS_TOO_FEW_PEERS", [hash]);
    else if (isLate && this.#others > 0) this.#fail("GENESIS_OTHER_CHAINS", []);
    else if (isLate) this.#fail(book.peers().length > 0 ? "GENESIS_NO_ANSWER" : "GENESIS_NO_PEERS", []);
  }

  /** Everybody who is there has answered or refused, and nobody new has come for a while. */
  #isQuiet(now: Millis): boolean {
    return this.#asking.open === 0 && now - this.#connectedAt >= QUIET_MS;
  }

  #join(hash: Digest): void {
    this.#isOver = true;
    this.#effects.push({ kind: "joined", genesis: this.#built.get(hash)! });
  }

  #fail(code: JoinFailure["code"], hashes: readonly Digest[]): void {
    this.#isOver = true;
    this.#effects.push({ kind: "failed", ...failureOf(code, { answers: this.#answers.size, hashes }) });
  }
}
