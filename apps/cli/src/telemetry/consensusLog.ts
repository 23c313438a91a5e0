import type { Finalize, Observation } from "@polis/minimmit";
import type { Logger } from "@polis/ports";

/** How often a node that goes on says so at level info. */
const progressMs = 10_000;

/** Writes what consensus does to the log (kairos O4): the unusual at warn and info, each view at debug, each vote at trace. */
export class ConsensusLog {
  readonly #logger: Logger;
  readonly #nowMs: () => number;
  #saidMs = Number.NEGATIVE_INFINITY;

  /** @param logger of the module `consensus` */
  constructor(logger: Logger, nowMs: () => number) {
    this.#logger = logger;
    this.#nowMs = nowMs;
  }

  onFinalize({ blocks }: Finalize): void {
    const last = blocks.at(-1);
    const now = this.#nowMs();
    if (last !== undefined && now - this.#saidMs >= progressMs) {
      this.#saidMs = now;
      this.#logger.log("info", "finality goes on", { height: last.height, view: last.view });
    }
    if (!this.#writes("debug")) return;
    for (const { height, view, digest, direct } of blocks) {
      this.#logger.log("debug", "a block is final", { height, view, block: short(digest), direct });
    }
  }

  onObservation(observation: Observation): void {
    switch (observation.what) {
      case "journalLost":
        this.#logger.log("warn", "the journal is lost: no votes up to a safe view (R27)", {
          ...(observation.safeView === undefined ? {} : { safeView: observation.safeView }),
        });
        break;
      case "gate":
        if (observation.blocked) this.#logger.log("warn", "too far ahead of finality: no further view is entered (R4)");
        break;
      case "nullifySent":
        this.#logger.log("info", "a view is given up", { view: observation.view, reason: observation.reason });
        break;
      case "vote":
      case "voteDropped":
        if (this.#writes("trace")) this.#vote(observation);
        break;
      default:
        if (this.#writes("debug")) this.#step(observation);
    }
  }

  #vote(observation: Extract<Observation, { readonly what: "vote" | "voteDropped" }>): void {
    const text = observation.what === "vote" ? `a vote came: ${observation.result}` : "a vote counts no longer";
    if (!("vote" in observation)) this.#logger.log("trace", text);
    else {
      const { kind, view, signer } = observation.vote;
      this.#logger.log("trace", text, { kind, view, peer: signer });
    }
  }

  #step(
    observation: Extract<
      Observation,
      { readonly what: "entered" | "proposed" | "proposalSeen" | "voted" | "certificate" }
    >,
  ) {
    const { view } = observation.what === "certificate" ? observation.certificate : observation;
    const log = (text: string, fields: Readonly<Record<string, string | number | boolean>>) =>
      this.#logger.log("debug", text, { view, ...fields });
    if (observation.what === "entered") log("a view begins", { leader: observation.leader });
    else if (observation.what === "proposed") {
      const { height, transactions, digest } = observation;
      log("a block is proposed", { height, transactions, block: short(digest) });
    } else if (observation.what === "proposalSeen") {
      const { height, leader, digest } = observation;
      log("a proposal came", { height, peer: leader, block: short(digest) });
    } else if (observation.what === "voted") {
      log("voted", { block: short(observation.digest), late: observation.late });
    } else log("a certificate is known", { kind: observation.certificate.kind, own: observation.own });
  }

  /** Fields are not even made for lines that nobody wants: this stands in the way of every vote. */
  #writes(level: "debug" | "trace"): boolean {
    return this.#logger.enabled?.(level) ?? true;
  }
}

function short(digest: string): string {
  return digest.slice(0, 16);
}
