import type { Millis } from "@polis/codec";
import type { PeerRecord } from "./peerRecord.ts";

/** Requests whose rate is limited per peer (kratos-core 7.8, 12.10). */
export type RatedRequest = "genesis" | "votes";

/**
 * So many requests are answered in such a time. Delays bunch the requests of a correct node together, so that those beyond are
 * only refused; a flood of many times as many is a violation.
 */
const rates: Readonly<
  Record<RatedRequest, { readonly requests: number; readonly flood: number; readonly ms: number }>
> = {
  genesis: { requests: 5, flood: 25, ms: 60_000 },
  votes: { requests: 1, flood: 10, ms: 1_000 },
};
/** Violations before a ban (kratos-core 12.8), counted over this time. */
const MAX_VIOLATIONS = 5;
const VIOLATIONS_WINDOW_MS = 60_000;

/** A request of the recent past. */
export interface RatedCall {
  readonly at: Millis;
  readonly answered: boolean;
}

/** Counts a request: it may be answered, it is too many, or it is one of a flood for the fifth time. */
export function countRequest(record: PeerRecord, now: Millis, request: RatedRequest): "allowed" | "refused" | "ban" {
  const { requests, flood, ms } = rates[request];
  const recent = (record.requests.get(request) ?? []).filter(({ at }) => at <= now && now - at < ms);
  const answered = recent.filter((call) => call.answered).length < requests;
  // Of a flood no more is remembered than says that it is one.
  const isFlood = recent.length >= flood;
  const calls = isFlood && !answered ? recent : [...recent, { at: now, answered }];
  record.requests = new Map([...record.requests, [request, calls]]);
  if (answered) return "allowed";
  if (!isFlood) return "refused";
  record.violations = [...within(record.violations, now, VIOLATIONS_WINDOW_MS), now];
  return record.violations.length >= MAX_VIOLATIONS ? "ban" : "refused";
}

/** The times of the last so many milliseconds. What a clock that went back shows as the future does not count. */
export function within(times: readonly Millis[], now: Millis, windowMs: number): readonly Millis[] {
  return times.filter((at) => at <= now && now - at < windowMs);
}
