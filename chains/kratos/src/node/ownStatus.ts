import type { Status } from "../wire/messages.ts";
import type { NodeCore } from "./core.ts";

/** What this node says of itself (kratos-core 12.8). The time is that of its own clock: peers measure it. */
export function statusOf({ tree, options, time }: NodeCore): Status {
  const { head, final, genesis } = tree;
  return {
    bestBlock: head.header.number,
    bestHash: head.hash,
    genesisHash: genesis.hash,
    finalizedNumber: final.header.number,
    finalizedHash: final.hash,
    protocolVersion: options.protocolVersion,
    unixTimeMs: time.wall,
  };
}
