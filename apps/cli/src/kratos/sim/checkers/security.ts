import { epochData, type SecurityRecord, security, type Validator, validators } from "@polis/kratos";
import { type BlockView, eventsNamed, type Invariant } from "./invariant.ts";

type Name = SecurityRecord["state"];

/** The security states and their transitions (kratos-core 10.3). */
export const securityInvariants: readonly Invariant[] = [
  { id: "I35", check: (view) => judged(view, "Bootstrap") },
  { id: "I36", check: (view) => judged(view, "few") },
  { id: "I37", check: (view) => judged(view, "others") },
  { id: "I40", check: logged },
];

const band = (v: number): Name => (v >= 75 ? "Normal" : v >= 50 ? "Degraded" : v >= 25 ? "Restricted" : "Emergency");

/** The rows of the table as text: what follows from a record and V, in the epoch that begins. */
function follows(was: SecurityRecord, v: number, mayExit: boolean): readonly [Name, string | undefined] {
  const collapse = v < 50 ? was.epochsBelowMin + 1 : 0;
  const recovery = was.consecutiveEpochsAboveSafe + 1;
  const rows: readonly (readonly [from: Name, to: Name, row: string, holds: boolean])[] = [
    ["Bootstrap", band(v), "T3", mayExit && v >= 50],
    ["Normal", band(v), "T4", v < 75],
    ["Degraded", band(v), "T5", v < 50],
    ["Restricted", "Emergency", "T6", v < 25],
    ["Degraded", "Normal", "T7", v >= 75 && recovery >= 100],
    ["Restricted", "Degraded", "T8", v >= 50],
    ["Emergency", "Restricted", "T9", v >= 25 && collapse < 10],
    ["Restricted", "BootstrapRecovery", "T10", v >= 25 && v < 50 && collapse >= 10],
    ["Emergency", "BootstrapRecovery", "T11", v >= 25 && collapse >= 10],
    ["BootstrapRecovery", "Degraded", "T12", v >= 50],
    ["BootstrapRecovery", "Emergency", "T13", v < 25],
  ];
  const row = rows.find(([from, , , holds]) => from === was.state && holds);
  return row === undefined ? [was.state, undefined] : [row[1], row[2]];
}

/** One evaluation at one boundary; a block that crosses several shows only the last. */
function judged(view: BlockView, which: "Bootstrap" | "few" | "others"): string | undefined {
  if (view.crossed !== 1) return undefined;
  const [was, is] = [view.before.get(security), view.after.get(security)];
  const v = is.currentValidators;
  const kind = was.state === "Bootstrap" ? "Bootstrap" : v < 25 ? "few" : "others";
  if (kind !== which) return undefined;
  const counted = countParticipants(view);
  if (counted !== undefined && counted !== v) return `V is ${v}, ${counted} can participate`;
  const shares = view.after.get(epochData).participationBps;
  const mean = shares.reduce((sum, bps) => sum + bps, 0) / Math.max(1, shares.length);
  const { bootstrapMinEpochs } = view.rules.params;
  const mayExit = view.header.epoch - was.bootstrapStartedAt >= bootstrapMinEpochs && mean >= 9_000;
  const [state] = follows(was, v, mayExit);
  return state === is.state ? undefined : `${was.state} became ${is.state} with V = ${v} instead of ${state}`;
}

/** Those that can participate, when nobody came or went in the block; undefined otherwise. */
function countParticipants(view: BlockView): number | undefined {
  const moves = ["ValidatorStatusChanged", "ValidatorRegistered", "CandidateApproved", "PenaltyApplied"];
  if (moves.some((name) => eventsNamed(view, name).length > 0)) return undefined;
  const canTakePart = (validator: Validator) =>
    validator.status === "Active" &&
    validator.reputation > 0 &&
    (validator.cooldownUntil === undefined || validator.cooldownUntil < view.header.epoch);
  return view.after.get(epochData).active.filter((id) => canTakePart(view.after.get(validators.of(id))!)).length;
}

/** Each change of the state is in the history with its epoch, V and row. */
function logged(view: BlockView): string | undefined {
  const [was, is] = [view.before.get(security), view.after.get(security)];
  if (was.state === is.state) return undefined;
  if (view.crossed === 0) return "the state changed inside an epoch";
  const last = is.history.at(-1);
  const isThere = last?.to === is.state && last.validators === is.currentValidators;
  if (!isThere || last.epoch > view.header.epoch || !/^T\d+$/.test(last.reason)) return `${is.state} is not logged`;
  if (view.crossed > 1) return undefined;
  const row = follows(was, is.currentValidators, true)[1];
  return last.from === was.state && last.reason === row ? undefined : `${last.reason} is logged instead of ${row}`;
}
