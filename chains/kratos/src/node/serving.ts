import type { AnswerSources } from "../wire/answerRequest.ts";
import type { LinkEvent } from "../wire/link.ts";
import { serveRequest } from "../wire/serveRequest.ts";
import type { NodeCore } from "./core.ts";
import type { FinalityHost } from "./finalityHost.ts";
import { statusOf } from "./ownStatus.ts";
import type { Syncing } from "./syncing.ts";

/** Answers what peers ask, from committed data and from the gadget's votes (kratos-core 12.8). */
export class Serving {
  readonly #core: NodeCore;
  readonly #finality: FinalityHost;
  readonly #syncing: Syncing;
  readonly #genesis: AnswerSources["genesis"];

  constructor(core: NodeCore, finality: FinalityHost, syncing: Syncing) {
    const { header, hash } = core.tree.genesis;
    const { record, protocolVersion } = core.options;
    this.#core = core;
    this.#finality = finality;
    this.#syncing = syncing;
    this.#genesis = {
      ...{ genesisHash: hash, genesisBlock: { header, transactions: [] }, chainName: record.chainName },
      ...{ protocolVersion, record },
    };
  }

  /** Answers or refuses; a status that comes with the question is news of the peer. */
  onRequest(event: Extract<LinkEvent, { kind: "request" }>): void {
    const core = this.#core;
    const { book } = this.#syncing;
    const sources: AnswerSources = {
      ...{ reader: core.reader, genesis: this.#genesis, snapshots: core.options.snapshots },
      status: () => statusOf(core),
      peerCount: () => book.peers().length,
      votes: (set, round) => this.#finality.votesFor(event.peer, set, round),
    };
    const { effects, request } = serveRequest({ wire: core.wire, book, sources }, core.time.steady, event);
    core.emit(...effects);
    if (request?.kind === "status") this.#syncing.step({ kind: "status", peer: event.peer, status: request.status });
  }
}
