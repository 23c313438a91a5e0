import type { Millis } from "@polis/codec";
import { timeoutAfter } from "../params.ts";
import { emit, type ReplicaState } from "../state.ts";
import { castNullify } from "./castVote.ts";

/** R14: the deadline of a view just entered; an idle replica extends it by the pace of empty blocks. */
export function startViewTimer(s: ReplicaState): void {
  const { viewTimeoutMs, maxViewTimeoutMs, minBlockIntervalMs } = s.config;
  const baseAt = (s.now + minBlockIntervalMs + timeoutAfter(s.backoff, viewTimeoutMs, maxViewTimeoutMs)) as Millis;
  s.timer = { baseAt, at: baseAt, extended: false };
  if (!s.poolExecutable && !hasProposal(s)) extend(s);
  else setViewTimer(s);
}

/** R14: the pool's news moves the deadline of a view whose proposal has not been seen. */
export function onPoolForTimer(s: ReplicaState): void {
  if (!s.started || hasProposal(s)) return;
  if (!s.poolExecutable) {
    if (!s.timer.extended && s.now < s.timer.baseAt) extend(s);
    return;
  }
  if (!s.timer.extended) return;
  const { viewTimeoutMs, maxViewTimeoutMs, minBlockIntervalMs } = s.config;
  const longer = Math.floor((timeoutAfter(s.backoff, viewTimeoutMs, maxViewTimeoutMs) * 3) / 2);
  const at = Math.min(s.timer.at, s.now + minBlockIntervalMs + longer) as Millis;
  s.timer = { ...s.timer, at, extended: false };
  setViewTimer(s);
}

/**
 * R14: the view's time is over: nullify it unless this replica has voted. The back-off rises however the view ends (T19),
 * but not when a proof of this view or a later one is held already and only the gate holds this replica back. A firing
 * before the deadline changes nothing (T14); it sets the timer again, in case the host's clock was early.
 */
export function onViewTimer(s: ReplicaState): void {
  if (s.now < s.timer.at) {
    setViewTimer(s);
    return;
  }
  const { view } = s;
  if (s.signer.notarized(view) !== undefined || s.signer.nullified(view) || !s.signer.maySign(view)) return;
  const { viewTimeoutMs, maxViewTimeoutMs } = s.config;
  const growing = timeoutAfter(s.backoff, viewTimeoutMs, maxViewTimeoutMs) < maxViewTimeoutMs;
  if (s.highestProof < view && growing) s.backoff++;
  s.timer.unsigned = !castNullify(s, view, "timeout");
}

/** Sends the nullify of a view whose time was over when the signer did not answer. */
export function retryTimeout(s: ReplicaState): void {
  const { view } = s;
  if (s.timer.unsigned !== true || s.signer.notarized(view) !== undefined || !s.signer.maySign(view)) return;
  s.timer.unsigned = !castNullify(s, view, "timeout");
}

function extend(s: ReplicaState): void {
  s.timer = { ...s.timer, at: (s.timer.baseAt + s.config.emptyBlockIntervalMs) as Millis, extended: true };
  setViewTimer(s);
}

function setViewTimer(s: ReplicaState): void {
  emit(s, { kind: "setTimer", name: "view", at: s.timer.at });
}

function hasProposal(s: ReplicaState): boolean {
  return s.views.get(s.view)?.proposal !== undefined;
}
