import type { Address, Digest } from "@polis/codec";
import { RecentCache, type StateReader } from "@polis/state";
import { faceAddress } from "../addresses.ts";
import { blacklistSlot, faceSlot } from "./faceSlots.ts";

/** The restrictions that the face's storage holds: who is blacklisted (U12) and whether transfers are paused (U13). */
export interface FaceRules {
  isBlacklisted(account: Address): boolean;
  isPaused(): boolean;
}

interface Facts {
  readonly blacklisted: RecentCache<Address, boolean>;
  paused: boolean | undefined;
}

/**
 * Remembers answers by the face's storage root, which names the whole content of its storage: every state with that
 * root gives the same answers, so nothing needs to be invalidated.
 */
export interface FaceCache {
  factsOf(storageRoot: Digest): Facts;
}

/** Answers kept per root, and roots kept: the face changes seldom. */
const maxAnswers = 131_072;
const maxRoots = 4;

/** Makes an empty cache; one per ledger. */
export function createFaceCache(): FaceCache {
  const roots = new Map<Digest, Facts>();
  return {
    factsOf(storageRoot) {
      const held = roots.get(storageRoot);
      if (held !== undefined) return held;
      if (roots.size >= maxRoots) roots.clear();
      const fresh: Facts = { blacklisted: new RecentCache(maxAnswers), paused: undefined };
      roots.set(storageRoot, fresh);
      return fresh;
    },
  };
}

/**
 * The restrictions of a state. For an overlay that is being written, `parent` is the sealed state it was forked from:
 * its root names the content until a method of the face writes, and such a method must ask for new rules behind it.
 * @param reader state to read slots from
 * @param parent sealed state with the same content of the face's storage
 */
export function faceRules(reader: StateReader, parent: StateReader, cache: FaceCache): FaceRules {
  const facts = cache.factsOf(parent.account(faceAddress)?.storageRoot ?? ("" as Digest));
  return {
    isBlacklisted(account) {
      const known = facts.blacklisted.get(account);
      if (known !== undefined) return known;
      const answer = reader.storage(faceAddress, blacklistSlot(account)) !== 0n;
      facts.blacklisted.set(account, answer);
      return answer;
    },
    isPaused() {
      facts.paused ??= reader.storage(faceAddress, faceSlot.paused) !== 0n;
      return facts.paused;
    },
  };
}
