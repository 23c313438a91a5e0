import type { Digest } from "@polis/codec";
import type { BlockContext } from "../../runtime/context.ts";
import { security } from "./securityState.ts";

/**
 * Keeps the state root of the last block before an entry into Emergency (kratos-core 10.1): that of the parent of the block
 * whose boundaries entered it.
 */
export function noteEmergency({ state, block }: BlockContext, parentRoot: Digest): void {
  const record = state.get(security);
  const hasEntered = record.history.some((change) => change.to === "Emergency" && change.block === block.number);
  if (hasEntered) state.set(security, { ...record, emergencyStateRoot: parentRoot });
}
