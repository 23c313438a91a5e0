import type { Millis } from "@polis/codec";

/**
 * A protocol is a value you step. Synchronous, deterministic, total on what a peer sent. Everything it wants from the
 * world is an effect; the answer comes back as an event.
 */
export interface Machine<Event, Effect> {
  /** Applies one event at the monotonic time `now`. Never throws on a peer's input. */
  step(now: Millis, event: Event): readonly Effect[];
}
