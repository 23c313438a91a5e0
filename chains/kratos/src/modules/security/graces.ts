import type { Height } from "@polis/codec";
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

/** True for seven days after a change that raised the floor: validators below it still take part (kratos-core 4.1). */
export function isFloorGrace(state: State, at: Height): boolean {
  const rise = state
    .get(security)
    .history.findLast(({ from, to }) => effectsOf(to).stakeFloor > effectsOf(from).stakeFloor);
  return rise !== undefined && at < rise.block + GRACE_BLOCKS;
}
