import type { Digest } from "@polis/codec";
import type { EvmLog } from "@polis/evm";
import { faceAddress } from "../../addresses.ts";
import { defineEvent } from "./event.ts";

/** `Pause()`: from now on no money moves but fees (kairos U13). */
export const pauseEvent = defineEvent("Pause", [], []);
/** `Unpause()`: the pause is over. */
export const unpauseEvent = defineEvent("Unpause", [], []);
/** `Blacklisted(address indexed account)`: this account can neither send nor receive (kairos U12). */
export const blacklistedEvent = defineEvent("Blacklisted", ["address"], []);
/** `UnBlacklisted(address indexed account)`: it can again. */
export const unBlacklistedEvent = defineEvent("UnBlacklisted", ["address"], []);

const topics: ReadonlySet<Digest> = new Set(
  [pauseEvent, unpauseEvent, blacklistedEvent, unBlacklistedEvent].map(({ topic }) => topic),
);

/**
 * True when a transaction with these logs may have changed the blacklist or the pause: each of the methods that do so
 * logs it, and a reverted frame loses the change and the log together. Answers that were read before are then stale.
 */
export function changesRestrictions(logs: readonly EvmLog[]): boolean {
  return logs.some((log) => log.address === faceAddress && topics.has(log.topics[0]!));
}
