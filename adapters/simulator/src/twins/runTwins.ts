import type { Message, ReplicaEvent } from "@polis/minimmit";
import { heal } from "../faults/heal.ts";
import { stage } from "../scenarios/stage.ts";
import type { Violation } from "../types.ts";
import { TWIN_ROUNDS, type TwinsCase } from "./twinsCases.ts";

/** New final blocks at every correct replica that must follow the attack (testing 8.1). */
const AFTER = 10;
/** A round that cannot end does not last for ever. */
const ATTACK_MS = 4000;
const RECOVERY_MS = 12_000;

/** What a case led to. */
export interface TwinsOutcome {
  readonly violations: readonly Violation[];
  /** Virtual milliseconds from the end of the attack to the tenth new final block everywhere; undefined: too late. */
  readonly recoveredMs: number | undefined;
  /** Views under attack in which the twins proposed two blocks. */
  readonly rivals: number;
}

/** Runs one systematic case: four views under attack, then a healed network in which the twins go on. */
export function runTwins({ twin, groups }: TwinsCase, seed = 1): TwinsOutcome {
  const faulty = new Map([[twin, "twins"]]);
  const s = stage({ seed, n: 6, faulty, idle: true, delay: { kind: "fixed", us: 5000 } });
  // The twins' clocks differ, so their blocks do.
  s.nodes[6]!.clock.wallSkewMs = 7;
  s.network.gate = (from, to, event) => {
    const round = Math.min(roundOf(event) ?? (to.replica?.view ?? 1) - 1, TWIN_ROUNDS - 1);
    const group = groups[Math.max(0, round)]!;
    return group[from.id] === group[to.id];
  };
  const isOver = () => s.honest.every((node) => node.replica!.view > TWIN_ROUNDS);
  s.runUntil(ATTACK_MS, isOver);
  s.network.gate = undefined;
  heal(s);
  const recoveredMs = s.untilProgress(RECOVERY_MS, AFTER);
  let rivals = 0;
  for (const [view, { proposals }] of s.oracle.votes.views) if (view <= TWIN_ROUNDS && proposals.size > 1) rivals++;
  return { violations: s.oracle.violations, recoveredMs, rivals };
}

/** The round that a message belongs to, from 0; requests and replies belong to the round of whoever gets them. */
function roundOf(event: ReplicaEvent): number | undefined {
  return event.kind === "message" ? viewOf(event.message) - 1 : undefined;
}

function viewOf(message: Message): number {
  if (message.kind === "certificate") return message.certificate.view;
  return message.kind === "statusRequest" ? 1 : message.view;
}
