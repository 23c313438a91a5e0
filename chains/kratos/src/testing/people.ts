import { digestOf } from "@polis/codec";
import { ed25519 } from "@polis/crypto";
import type { AccountId } from "../identifiers.ts";

/** Somebody with a key. */
export interface Person {
  readonly account: AccountId;
  readonly secret: Uint8Array;
}

/** The n-th person of the tests, always the same. */
export function person(n: number): Person {
  const secret = new Uint8Array(32).fill(n + 1);
  return { account: digestOf(ed25519.publicKey(secret)), secret };
}
