import type { Address, Digest } from "@polis/codec";
import { bloomHas } from "../receipt/bloomHas.ts";
import type { Log } from "../receipt/log.ts";

/** Which logs a query wants. */
export interface LogCriteria {
  /** Any of these emitters; empty for all. */
  readonly addresses: readonly Address[];
  /** By position any of these topics; an empty list at a position takes any log that has a topic there. */
  readonly topics: readonly (readonly Digest[])[];
}

/** True when a log meets the criteria, as `eth_getLogs` defines it. */
export function matchesLog({ addresses, topics }: LogCriteria, log: Log): boolean {
  if (addresses.length > 0 && !addresses.includes(log.address)) return false;
  if (topics.length > log.topics.length) return false;
  return topics.every((wanted, i) => wanted.length === 0 || wanted.includes(log.topics[i]!));
}

/** False when no log under this bloom can meet the criteria; true is only a maybe. */
export function mayMatch({ addresses, topics }: LogCriteria, bloom: Uint8Array): boolean {
  const groups: readonly (readonly string[])[] = [addresses, ...topics];
  return groups.every((group) => group.length === 0 || group.some((hex) => bloomHas(bloom, hex)));
}
