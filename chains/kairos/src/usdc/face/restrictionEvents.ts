import type { Digest } from "@polis/codec";
import type { EvmLog } from "@polis/evm";
import { faceAddress } from "../../addresses.ts";
import { defineEvent } from "./event.ts";

/** The events of the four methods that change who may move money. */
export const pauseEvent = defineEvent("Pause", [], []);
export const unpauseEvent = defineEvent("Unpause", [], []);
export const blacklistedEvent = defineEvent("Blacklisted", ["address"], []);
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
