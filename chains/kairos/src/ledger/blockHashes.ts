import type { Digest } from "@polis/codec";
import { height } from "@polis/codec";
import type { Store } from "@polis/ports";
import { heightKey } from "../tables.ts";
import { type ChainCore, parentOf } from "./chainCore.ts";

/** Blocks behind its own that a contract may ask the hash of (kairos E2). */
const depth = 256n;

/**
 * Hashes of the finalized blocks, from memory for the last ones, whose rows may still be on their way to the store.
 */
export interface FinalHashes {
  add(at: number, digest: Digest): void;
  get(at: number): Digest | undefined;
}

/** Begins with what the store holds. */
export function createFinalHashes(store: Store): FinalHashes {
  const recent = new Map<number, Digest>();
  return {
    add(at, digest) {
      recent.set(at, digest);
      recent.delete(at - Number(depth));
    },
    get(at) {
      const known = recent.get(at);
      if (known !== undefined) return known;
      const found = store
        .get("headers", heightKey(height(at)))
        ?.subarray(0, 32)
        .toHex() as Digest | undefined;
      if (found !== undefined) recent.set(at, found);
      return found;
    },
  };
}

/** BLOCKHASH on the branch that ends in `parent`: executed ancestors, then finalized headers. */
export function blockHashes(core: ChainCore, parent: Digest): (number: bigint) => Digest | undefined {
  // Hashes from the parent downwards, as far as somebody has asked.
  const branch: Digest[] = [parent];
  const top = parentOf(core, parent)!.info.height;
  return (number) => {
    const behind = BigInt(top) - number;
    if (behind < 0n || behind >= depth || number < 0n) return undefined;
    const at = Number(number);
    if (at <= core.final.info.height) return core.finalHashes.get(at);
    while (branch.length <= Number(behind)) {
      branch.push(core.executed.get(branch.at(-1)!)!.info.parentDigest);
    }
    return branch[Number(behind)];
  };
}
