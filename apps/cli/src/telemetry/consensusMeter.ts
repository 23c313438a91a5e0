import type { Digest } from "@polis/codec";
import type { Finalize, Message, Observation, Peer } from "@polis/minimmit";
import type { Metrics } from "@polis/ports";
import { FinalityTimes } from "./finalityTimes.ts";
import { Participation } from "./participation.ts";

/** What the meter is made of. */
export interface ConsensusMeterOptions {
  readonly metrics: Metrics;
  /** Number of validators. */
  readonly n: number;
  /** Index of this validator; undefined for a follower. */
  readonly self: number | undefined;
  readonly nowMs: () => number;
}

/** Moves the metrics of kairos 19.1 that follow from what consensus reports and receives. */
export class ConsensusMeter {
  readonly #metrics: Metrics;
  readonly #self: number | undefined;
  readonly #times: FinalityTimes;
  readonly #participation: Participation;
  #view = 0;
  #finalizedView = 0;

  constructor({ metrics, n, self, nowMs }: ConsensusMeterOptions) {
    this.#metrics = metrics;
    this.#self = self;
    this.#times = new FinalityTimes(metrics, nowMs);
    this.#participation = new Participation(n);
    metrics.gauge("consensus_validators", n);
  }

  /** A message on a validator's own authenticated link; it is not verified yet. */
  onMessage(from: Peer, message: Message): void {
    this.#metrics.count("consensus_messages_processed_total", 1, TYPES[message.kind]);
    if (message.kind === "propose") this.#participation.hear(from, message.view);
    else if ((message.kind === "notarize" || message.kind === "nullify") && message.signer === from) {
      this.#participation.hear(from, message.view);
    }
  }

  onObservation(observation: Observation): void {
    const metrics = this.#metrics;
    switch (observation.what) {
      case "entered":
        this.#enter(observation.view);
        break;
      case "proposed":
        metrics.count("consensus_proposals_total");
        if (observation.transactions === 0) metrics.count("consensus_proposals_empty_total");
        this.#times.seen(observation.view);
        break;
      case "proposalSeen":
        this.#times.seen(observation.view);
        break;
      case "voted":
        metrics.count("consensus_votes_sent_total");
        if (observation.late) metrics.count("consensus_late_votes_sent_total");
        this.#hearSelf(observation.view);
        break;
      case "nullifySent":
        metrics.count("consensus_nullify_messages_sent_total", 1, REASONS[observation.reason]);
        if (observation.reason === "timeout") metrics.count("consensus_view_timeouts_total");
        this.#hearSelf(observation.view);
        break;
      case "certificate":
        this.#times.certified(observation.certificate);
        break;
      case "gate":
        metrics.gauge("consensus_gate_blocked", observation.blocked ? 1 : 0);
        break;
      case "vote":
        metrics.count("consensus_votes_received_total", 1, RESULTS[observation.result]);
        break;
      case "voteDropped":
      case "journalLost":
        break;
    }
  }

  onFinalize({ blocks, views }: Finalize): void {
    for (const { direct, view } of blocks) {
      this.#metrics.count("consensus_blocks_finalized_total", 1, direct ? DIRECT : ANCESTOR);
      this.#times.final(view);
      this.#finalizedView = Math.max(this.#finalizedView, view);
    }
    // A view whose M-notarized block is off the finalized chain was nullified too: its successors had to prove that (R9).
    for (const { label } of views) {
      if (label === "skipped") this.#metrics.count("consensus_cascade_nullifications_total");
    }
    this.#gap();
  }

  /** A block was refused by this node's ledger. */
  onRejected(digest: Digest, reason: string): void {
    this.#times.rejected(digest, reason);
    if (reason === "BLOCK_SUPPLY") this.#metrics.count("usdc_supply_mismatch_total");
  }

  /** Gauges that are computed when they are read. */
  onRender(): void {
    this.#participation.ratios()?.forEach((ratio, validator) => {
      this.#metrics.gauge("consensus_validator_participation_ratio", ratio, { validator: String(validator) });
    });
  }

  #enter(view: number): void {
    this.#view = view;
    this.#metrics.count("consensus_view_changes_total");
    this.#metrics.gauge("consensus_current_view", view);
    this.#metrics.gauge("consensus_gate_blocked", 0);
    this.#participation.enter(view);
    this.#gap();
  }

  #gap(): void {
    this.#metrics.gauge("consensus_views_since_finalization", Math.max(0, this.#view - this.#finalizedView));
  }

  #hearSelf(view: number): void {
    if (this.#self !== undefined) this.#participation.hear(this.#self, view);
  }
}

const DIRECT = Object.freeze({ mode: "direct" });
const ANCESTOR = Object.freeze({ mode: "ancestor" });
const REASONS = {
  timeout: Object.freeze({ reason: "timeout" }),
  contradiction: Object.freeze({ reason: "contradiction" }),
  inactiveLeader: Object.freeze({ reason: "inactive_leader" }),
} as const;
const RESULTS = {
  valid: Object.freeze({ result: "valid" }),
  duplicate: Object.freeze({ result: "duplicate" }),
  invalid: Object.freeze({ result: "invalid" }),
  outOfWindow: Object.freeze({ result: "out_of_window" }),
} as const;
const TYPES: Readonly<Record<Message["kind"], Readonly<Record<string, string>>>> = {
  propose: Object.freeze({ type: "propose" }),
  notarize: Object.freeze({ type: "notarize" }),
  nullify: Object.freeze({ type: "nullify" }),
  certificate: Object.freeze({ type: "certificate" }),
  status: Object.freeze({ type: "status" }),
  statusRequest: Object.freeze({ type: "statusRequest" }),
};
