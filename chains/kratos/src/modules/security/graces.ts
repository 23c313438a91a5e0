import type { Height, Krat12 } from "@polis/codec";
import type { State } from "../../state/state.ts";
import { effectsOf } from "./effects.ts";
import { security } from "./securityState.ts";

/** Blocks for which a lower floor, and the bootstrap component, go on after a change (kratos-core 4.1, 4.6): 7 days. */
export const GRACE_BLOCKS = 100_800;

/** True in Bootstrap and for seven days after it (kratos-core 6.1). */
export function isBootstrapGrace(state: State, at: Height): boolean {
  const record = state.get(security);
  if (record.state === "Bootstrap") return true;
  const exit = record.history.findLast(({ from }) => from === "Bootstrap");
  return exit !== undefined && at < exit.block + GRACE_BLOCKS;
}

/**
 * The floor for the stake of those who are validators: for seven days after a change that raised it still the lower one
 * (kratos-core 4.1). Who registers needs the new one.
 */
export function floorInForce(state: State, at: Height): Krat12 {
  const record = state.get(security);
  const { stakeFloor } = effectsOf(record.state);
  const rise = record.history.findLast(({ from, to }) => effectsOf(to).stakeFloor > effectsOf(from).stakeFloor);
  if (rise === undefined || at >= rise.block + GRACE_BLOCKS) return stakeFloor;
  const lower = effectsOf(rise.from).stakeFloor;
  return lower < stakeFloor ? lower : stakeFloor;
}
