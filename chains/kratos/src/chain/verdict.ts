import type { BlockFault } from "../block/checkHeader.ts";

/** What a peer pays for a block (kratos-core 3.5, 12.9): a ban, points of its score, or nothing. */
export type BlockVerdict = { readonly ban: true } | { readonly ban: false; readonly score: number };

/** Points for an invalid block that no rule bans for. */
const INVALID_BLOCK = -50;

/** The verdict on the sender of a block. A number that does not fit is only logged. */
export function verdictOf({ code, ban }: BlockFault): BlockVerdict {
  if (ban) return { ban };
  return { ban, score: code === "StateRootMismatch" ? INVALID_BLOCK : 0 };
}
