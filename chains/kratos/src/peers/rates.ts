import type { Millis } from "@polis/codec";
import type { PeerRecord } from "./peerRecord.ts";

/** Requests whose rate is limited per peer (kratos-core 7.8, 12.10). */
export type RatedRequest = "genesis" | "votes";

/** So many requests in such a time. */
const rates: Readonly<Record<RatedRequest, { readonly requests: number; readonly windowMs: number }>> = {
  genesis: { requests: 5, windowMs: 60_000 },
  votes: { requests: 1, windowMs: 1_000 },
};
/** Requests beyond the rate before a ban (kratos-core 12.8), counted over this time. */
const MAX_VIOLATIONS = 5;
const VIOLATIONS_WINDOW_MS = 60_000;

/** Counts a request: it may be answered, it is too many, or it is one too many once more than five times. */
export function countRequest(record: PeerRecord, now: Millis, request: RatedRequest): "allowed" | "refused" | "ban" {
  const { requests, windowMs } = rates[request];
  const before = within(record.requests.get(request) ?? [], now, windowMs);
  if (before.length < requests) {
    record.requests = new Map([...record.requests, [request, [...before, now]]]);
    return "allowed";
  }
  record.violations = [...within(record.violations, now, VIOLATIONS_WINDOW_MS), now];
  return record.violations.length >= MAX_VIOLATIONS ? "ban" : "refused";
}

/** The times of the last so many milliseconds. What a clock that went back shows as the future does not count. */
export function within(times: readonly Millis[], now: Millis, windowMs: number): readonly Millis[] {
  return times.filter((at) => at <= now && now - at < windowMs);
}
