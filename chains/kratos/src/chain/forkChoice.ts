import type { Digest } from "@polis/codec";
import type { Header } from "../block/header.ts";

/** What fork choice looks at. */
export interface Candidate {
  readonly hash: Digest;
  readonly header: Pick<Header, "number" | "slot">;
}

/**
 * True when `a` is the better head: higher, then the lower slot, then the lower hash (kratos-core 3.8). That both contain the
 * last final block is the caller's.
 */
export function isBetterHead(a: Candidate, b: Candidate): boolean {
  if (a.header.number !== b.header.number) return a.header.number > b.header.number;
  if (a.header.slot !== b.header.slot) return a.header.slot < b.header.slot;
  return a.hash < b.hash;
}
