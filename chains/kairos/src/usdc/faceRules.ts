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
  /**
   * Tells that the storage `after` has the blacklist and the pause of `before`: an approval or a permit changes the
   * root, not these answers, and payments need not ask for them again.
   */
  carry(before: Digest, after: Digest): void;
}

/** Answers kept per set of facts, and roots kept, most of which share their facts: restrictions change seldom. */
const maxAnswers = 131_072;
const maxRoots = 8;

/** Makes an empty cache; one per ledger. */
export function createFaceCache(): FaceCache {
  const roots = new Map<Digest, Facts>();
  return {
    factsOf(storageRoot) {
      const held = roots.get(storageRoot);
      if (held !== undefined) return held;
      const fresh = noFacts();
      keep(storageRoot, fresh);
      return fresh;
    },
    carry(before, after) {
      const facts = roots.get(before);
      if (facts !== undefined && !roots.has(after)) keep(after, facts);
    },
  };

  function keep(storageRoot: Digest, facts: Facts): void {
    const [oldest] = roots.keys();
    if (roots.size >= maxRoots && oldest !== undefined) roots.delete(oldest);
    roots.set(storageRoot, facts);
  }
}

function noFacts(): Facts {
  return { blacklisted: new RecentCache(maxAnswers), paused: undefined };
}

/**
 * The restrictions of a state. For an overlay that is being written, `parent` is the sealed state it was forked from:
 * its root names the content until a transaction changes the restrictions (`changesRestrictions`); from then on the
 * block needs `writtenFaceRules`.
 * @param reader state to read slots from
 * @param parent sealed state with the same restrictions
 */
export function faceRules(reader: StateReader, parent: StateReader, cache: FaceCache): FaceRules {
  return rulesOf(reader, cache.factsOf(faceRoot(parent)));
}

/**
 * The restrictions of an overlay in which a transaction has changed them, as they are now. To be made anew after every
 * transaction that changes them again.
 */
export function writtenFaceRules(reader: StateReader): FaceRules {
  return rulesOf(reader, noFacts());
}

/**
 * Lets the answers of a block's parent serve the block as well. Only for a block without a transaction that
 * `changesRestrictions`.
 * @param parent sealed state behind which the block was executed
 * @param sealed the block's own state, sealed
 */
export function carryFaceRules(cache: FaceCache, parent: StateReader, sealed: StateReader): void {
  cache.carry(faceRoot(parent), faceRoot(sealed));
}

function faceRoot(sealed: StateReader): Digest {
  return sealed.account(faceAddress)?.storageRoot ?? ("" as Digest);
}

function rulesOf(reader: StateReader, facts: Facts): FaceRules {
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
