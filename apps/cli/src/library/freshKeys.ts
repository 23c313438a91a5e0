import type { Identity } from "../keys/identity.ts";

/** Keys that this process has made and not used: they are known never to have signed (kairos R27). */
const unused = new WeakSet<Identity>();

/** Remembers keys that were made a moment ago. */
export function knowFresh(identity: Identity): void {
  unused.add(identity);
}

/** Whether a first journal may be created for these keys. */
export function isKnownFresh(identity: Identity): boolean {
  return unused.has(identity);
}

/** Called when their journal exists: an absent one is a lost one from here on. */
export function forgetFresh(identity: Identity): void {
  unused.delete(identity);
}
