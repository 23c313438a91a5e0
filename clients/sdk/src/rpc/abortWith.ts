/**
 * Lets a controller end when a signal does, until it is released. Unlike `AbortSignal.any`, whose result its sources hold
 * only weakly, nothing here depends on what the garbage collector finds.
 * @returns takes the listener away again
 * @example
 * const controller = new AbortController();
 * const release = abortWith(controller, undefined);
 * release();
 * controller.signal.aborted; // => false
 */
export function abortWith(controller: AbortController, signal: AbortSignal | undefined): () => void {
  if (signal === undefined) return () => undefined;
  const onAbort = () => controller.abort(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  return () => signal.removeEventListener("abort", onAbort);
}
