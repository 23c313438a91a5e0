import type { Epoch } from "@polis/codec";
import {
  COLLAPSE_DETECTION_EPOCHS,
  EMERGENCY_VALIDATORS,
  epochData,
  type KratosBackend,
  MIN_PARTICIPATION_BPS,
  NORMAL_RECOVERY_EPOCHS,
  POST_BOOTSTRAP_MIN_VALIDATORS,
  SAFE_VALIDATORS,
  type SecurityRecord,
  State,
  security,
  type Transition,
} from "@polis/kratos";
import { firstSlot, type SlotClock, slotStart } from "@polis/slots";

/** One condition of leaving a state upward: how far it is. */
export interface Progress {
  readonly label: string;
  readonly value: number;
  readonly target: number;
  /** What is counted, for the text: `epochs`, `validators` or `%`. */
  readonly unit: string;
}

/** The security state for a person (kratos-core 10): which, why, since when, and the way back. */
export interface SecurityView {
  readonly state: SecurityRecord["state"];
  /** A sentence. */
  readonly reason: string;
  /** What it means for whoever uses the network, as a sentence (kratos-core 10.4). */
  readonly effect: string;
  readonly sinceEpoch: number;
  /** Unix seconds of the start of that epoch. */
  readonly sinceS: number;
  readonly validators: number;
  /** Where the bands of kratos-core 10.2 begin. */
  readonly bands: { readonly emergency: number; readonly restricted: number; readonly safe: number };
  readonly goal: string;
  readonly progress: readonly Progress[];
  /** Newest first. */
  readonly history: readonly {
    readonly from: string;
    readonly to: string;
    readonly epoch: number;
    readonly validators: number;
    readonly reason: string;
  }[];
}

const bands = { emergency: EMERGENCY_VALIDATORS, restricted: POST_BOOTSTRAP_MIN_VALIDATORS, safe: SAFE_VALIDATORS };
const SHOWN_TRANSITIONS = 12;

/** What the columns of kratos-core 10.4 mean for people. */
const effects: Readonly<Record<SecurityRecord["state"], string>> = {
  Bootstrap: "Payments, staking and leaving work. Validators may vote newcomers in without stake.",
  Normal: "Payments, staking and leaving work, and nothing is held back.",
  Degraded: "Payments, staking and leaving work. Governance takes twice as long, and no sidechain can begin.",
  Restricted: "Payments, staking and leaving work. Governance and the treasury are frozen.",
  Emergency: "Payments, staking and leaving work, and blocks go on. Governance and the treasury are frozen.",
  BootstrapRecovery:
    "Payments, staking and leaving work. Governance and the treasury are frozen; validators get the whole emission and need less stake.",
};

/** What the rows of kratos-core 10.3 say. */
const rows: Readonly<Record<string, string>> = {
  T1: "the chain is young: its network is being built",
  T3: "the bootstrap was long enough, with enough validators and participation",
  T4: `fewer than ${SAFE_VALIDATORS} validators take part`,
  T5: `fewer than ${POST_BOOTSTRAP_MIN_VALIDATORS} validators take part`,
  T6: `fewer than ${EMERGENCY_VALIDATORS} validators take part`,
  T7: `${SAFE_VALIDATORS} validators or more took part in ${NORMAL_RECOVERY_EPOCHS} epochs in a row`,
  T8: `${POST_BOOTSTRAP_MIN_VALIDATORS} validators or more take part again`,
  T9: `${EMERGENCY_VALIDATORS} validators or more take part again`,
  T10: `fewer than ${POST_BOOTSTRAP_MIN_VALIDATORS} validators took part for ${COLLAPSE_DETECTION_EPOCHS} epochs`,
  T11: `${EMERGENCY_VALIDATORS} validators or more take part again, after ${COLLAPSE_DETECTION_EPOCHS} epochs below ${POST_BOOTSTRAP_MIN_VALIDATORS}`,
  T12: `${POST_BOOTSTRAP_MIN_VALIDATORS} validators or more take part again`,
  T13: `fewer than ${EMERGENCY_VALIDATORS} validators take part`,
};

/** A transition's reason in words, such as `fewer than 75 validators take part (T4)`. */
export function reasonWords({ reason }: Pick<Transition, "reason">): string {
  const words = rows[reason];
  return words === undefined ? reason : `${words} (${reason})`;
}

/** What the view is made from. */
export interface SecurityFacts {
  readonly record: SecurityRecord;
  /** V: validators that take part now. */
  readonly validators: number;
  readonly epoch: Epoch;
  /** Of the last epochs, in bps. */
  readonly participationBps: readonly number[];
  readonly bootstrapMinEpochs: number;
  readonly clock: SlotClock;
}

/** The facts at the head of a node. @param validators V */
export function securityFacts({ reader }: KratosBackend, validators: number): SecurityFacts {
  const { head, rules } = reader.tree;
  const state = new State(head.entries);
  const { participationBps } = state.get(epochData);
  const { bootstrapMinEpochs } = rules.params;
  const { epoch } = head.header;
  return { record: state.get(security), validators, epoch, participationBps, bootstrapMinEpochs, clock: rules.clock };
}

/** What a person wants to know of the security state. */
export function securityView({ record, validators, epoch, participationBps, ...rest }: SecurityFacts): SecurityView {
  const { clock, bootstrapMinEpochs } = rest;
  const last = record.history.at(-1);
  const sum = participationBps.reduce((all, bps) => all + bps, 0);
  const participation = participationBps.length === 0 ? 0 : sum / participationBps.length;
  const age = epoch - record.bootstrapStartedAt;
  return {
    state: record.state,
    reason: last === undefined ? "the chain is young: its network is being built (T1)" : reasonWords(last),
    effect: effects[record.state],
    sinceEpoch: record.enteredAt,
    sinceS: slotStart(clock, firstSlot(clock, record.enteredAt)),
    validators,
    bands,
    ...wayBack(record, validators, { age, needed: bootstrapMinEpochs, participation }),
    history: [...record.history]
      .reverse()
      .slice(0, SHOWN_TRANSITIONS)
      .map((one) => ({
        ...{ from: one.from, to: one.to, epoch: one.epoch, validators: one.validators, reason: reasonWords(one) },
      })),
  };
}

interface Bootstrap {
  readonly age: number;
  readonly needed: number;
  /** In bps. */
  readonly participation: number;
}

/** The conditions of the next better state. */
function wayBack(record: SecurityRecord, validators: number, era: Bootstrap): Pick<SecurityView, "goal" | "progress"> {
  const count = (target: number): Progress => ({
    ...{ label: "validators that take part", value: validators, target, unit: "validators" },
  });
  const collapse: Progress = {
    label: `epochs below ${POST_BOOTSTRAP_MIN_VALIDATORS} until the network counts as collapsed`,
    ...{ value: record.epochsBelowMin, target: COLLAPSE_DETECTION_EPOCHS, unit: "epochs" },
  };
  switch (record.state) {
    case "Normal":
      return { goal: "nothing to recover from", progress: [count(SAFE_VALIDATORS)] };
    case "Bootstrap":
      return {
        goal: "the end of the bootstrap era needs all three",
        progress: [
          { label: "age of the era", value: era.age, target: era.needed, unit: "epochs" },
          count(POST_BOOTSTRAP_MIN_VALIDATORS),
          {
            label: "average participation",
            // Not rounded up: 90 of 90 would look done while it is not.
            value: Math.floor(era.participation / 100),
            target: MIN_PARTICIPATION_BPS / 100,
            unit: "%",
          },
        ],
      };
    case "Degraded":
      return {
        goal: `Normal comes back after ${NORMAL_RECOVERY_EPOCHS} epochs in a row with ${SAFE_VALIDATORS} validators`,
        progress: [
          count(SAFE_VALIDATORS),
          {
            label: "epochs in a row with enough validators",
            value: record.consecutiveEpochsAboveSafe,
            target: NORMAL_RECOVERY_EPOCHS,
            unit: "epochs",
          },
        ],
      };
    case "Restricted":
      return {
        goal: `Degraded comes back with ${POST_BOOTSTRAP_MIN_VALIDATORS} validators`,
        progress: [count(POST_BOOTSTRAP_MIN_VALIDATORS), collapse],
      };
    case "Emergency":
      return {
        goal: `the way out begins with ${EMERGENCY_VALIDATORS} validators`,
        progress: [count(EMERGENCY_VALIDATORS), collapse],
      };
    case "BootstrapRecovery":
      return {
        goal: `Degraded comes with ${POST_BOOTSTRAP_MIN_VALIDATORS} validators`,
        progress: [count(POST_BOOTSTRAP_MIN_VALIDATORS)],
      };
  }
}
