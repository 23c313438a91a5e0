import { security } from "@polis/kratos";
import type { BlockView } from "./invariant.ts";

/** Every transition of kratos-core 10.3. */
export const TRANSITIONS = ["T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10", "T11", "T12", "T13"] as const;

/** How often something was reached: a run that never meets a rule has not tested it. */
export class Sometimes {
  readonly #counts = new Map<string, number>();
  /** The states that were entered, in their order. */
  readonly states: string[] = ["Bootstrap"];

  constructor() {
    this.count("T1");
  }

  count(name: string, times = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + times);
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** All counts, by name. */
  all(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  look(view: BlockView): void {
    const [was, is] = [view.before.get(security), view.after.get(security)];
    if (view.crossed > 0) {
      const added = is.history.filter(({ epoch, block }) => epoch > view.parent.epoch && block === view.header.number);
      for (const { reason, to } of added) {
        this.count(reason);
        this.states.push(to);
      }
      const age = view.header.epoch - is.bootstrapStartedAt;
      if (is.state === "Bootstrap" && age >= view.rules.params.bootstrapMinEpochs) this.count("T2");
      if (view.crossed > 1) this.count("several boundaries in one block");
    }
    for (const { name, fields } of view.events) {
      if (name === "ClockStatusChanged") this.count(`clock ${(fields as { to: string }).to}`);
      else if (name === "ValidatorStatusChanged") this.count(`validator ${(fields as { to: string }).to}`);
      else if (OFTEN.includes(name)) this.count(name);
    }
    for (const [i, { success }] of view.receipts.entries()) {
      const { call } = view.transactions[i]!.transaction;
      if (!success) this.count("a failed effect");
      else if (call.name === "Transfer" || call.name === "Unstake") this.count(`${call.name} in ${was.state}`);
    }
  }
}

const OFTEN: readonly string[] = [
  "FinalityRecorded",
  "EvidenceAccepted",
  "PenaltyApplied",
  "CandidateApproved",
  "ClockAttested",
];
