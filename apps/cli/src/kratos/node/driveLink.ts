import { type Millis, millis } from "@polis/codec";
import type { LinkEffect, LinkEvent, PeerEffect } from "@polis/kratos";
import { UserError } from "../../errors.ts";
import { EffectQueue } from "./effectQueue.ts";
import { type LinkHost, verdictAmong } from "./linkHost.ts";
import { WallTimer } from "./wallTimer.ts";

/** An effect of a machine that has no chain yet: those of the network, a timer, what peers did, and its own. */
type AnyEffect<Own> = LinkEffect | PeerEffect | { readonly kind: "setTimer"; readonly at: Millis } | Own;

/** A machine that uses the network until it has a result. */
export interface Driven<Own extends { readonly kind: string }, Result> {
  step(
    now: Millis,
    event: LinkEvent | { readonly kind: "start" } | { readonly kind: "timer" },
  ): readonly AnyEffect<Own>[];
  /** Carries out what is of this machine alone; gives the result to `end`. */
  carry(effect: Own | PeerEffect, end: PromiseWithResolvers<Result>): void;
}

/**
 * Lets a machine have the network until it ends.
 * @param signal ends it when the program is to stop
 * @throws UserError STOPPED, or what the machine ended with
 */
export async function driveLink<Own extends { readonly kind: string }, Result>(
  link: LinkHost,
  driven: Driven<Own, Result>,
  signal: AbortSignal,
): Promise<Result> {
  const end = Promise.withResolvers<Result>();
  const timer = new WallTimer(() => step({ kind: "timer" }));
  const carry = (effect: AnyEffect<Own>): undefined => {
    if (isTimer(effect)) timer.set(effect.at);
    else if (isLink(effect)) link.carry(effect);
    else driven.carry(effect, end);
  };
  const queue = new EffectQueue<AnyEffect<Own>>(carry, end.reject);
  const step = (event: Parameters<typeof driven.step>[1]) => {
    const effects = driven.step(millis(Date.now()), event);
    queue.push(effects);
    return verdictAmong(effects);
  };
  const stop = (): void => end.reject(new UserError("STOPPED", "stopped while it joined", "start it again"));
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    step({ kind: "start" });
    link.listen(step);
    return await end.promise;
  } finally {
    signal.removeEventListener("abort", stop);
    link.listen(undefined);
    await queue.close();
    timer.close();
  }
}

const LINK: ReadonlySet<string> = new Set<LinkEffect["kind"]>([
  ...(["publish", "verdict", "request", "respond", "refuse", "disconnect", "ban"] as const),
]);

function isLink(effect: { readonly kind: string }): effect is LinkEffect {
  return LINK.has(effect.kind);
}

function isTimer(effect: { readonly kind: string }): effect is { readonly kind: "setTimer"; readonly at: Millis } {
  return effect.kind === "setTimer";
}
