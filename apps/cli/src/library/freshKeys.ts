import type { NodeIdentity } from "../keys/identity.ts";

/** Keys that this process has made and not used: they are known never to have signed (kairos R27). */
const unused = new WeakSet<NodeIdentity>();

/** Remembers keys that were made a moment ago. */
export function knowFresh(identity: NodeIdentity): void {
  unused.add(identity);
}

/** Whether a first journal may be created for these keys. */
export function isKnownFresh(identity: NodeIdentity): boolean {
  return unused.has(identity);
}

/** Called when their journal exists: an absent one is a lost one from here on. */
export function forgetFresh(identity: NodeIdentity): void {
  unused.delete(identity);
}
