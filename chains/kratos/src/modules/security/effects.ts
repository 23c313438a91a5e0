import { type Krat12, krat12 } from "@polis/codec";
import type { SecurityStateName } from "../../economics/inflation.ts";
import { KRAT } from "../../params/chainParams.ts";
import type { CallClass } from "../../runtime/call.ts";

/** What a security state changes for validators (kratos-core 4.2, 4.3, 5.2, 10.4). */
export interface StateEffects {
  /** Least stake of a validator. */
  readonly stakeFloor: Krat12;
  /** Most that credits take off the required stake, in bps. */
  readonly maxReductionBps: bigint;
  /** Multiplies vote and uptime credits. */
  readonly creditFactor: number;
  readonly earlyVoting: boolean;
  /** Slashing does not escalate, and liveness jails nobody. */
  readonly leniency: boolean;
}

const ordinary: StateEffects = {
  stakeFloor: krat12(25_000n * KRAT),
  maxReductionBps: 9_500n,
  creditFactor: 1,
  earlyVoting: false,
  leniency: false,
};

const effects: Readonly<Record<SecurityStateName, StateEffects>> = {
  Bootstrap: {
    ...ordinary,
    stakeFloor: krat12(50_000n * KRAT),
    maxReductionBps: 9_900n,
    creditFactor: 2,
    earlyVoting: true,
  },
  Normal: ordinary,
  Degraded: ordinary,
  Restricted: ordinary,
  Emergency: { ...ordinary, leniency: true },
  BootstrapRecovery: { ...ordinary, stakeFloor: krat12(17_500n * KRAT), maxReductionBps: 9_900n, creditFactor: 2 },
};

/** The effects of a state. */
export function effectsOf(state: SecurityStateName): StateEffects {
  return effects[state];
}

/** Classes that are admitted while few validators are left: exit, fork, safety (kratos-core 10.4). */
const ALWAYS: readonly CallClass[] = ["X", "F", "S"];

/** Whether a state admits the calls of a class. New sidechains are paused from Degraded on. */
export function admitsClass(state: SecurityStateName, callClass: CallClass): boolean {
  if (ALWAYS.includes(callClass)) return true;
  if (state === "Bootstrap" || state === "Normal") return true;
  return state === "Degraded" && callClass !== "C";
}
