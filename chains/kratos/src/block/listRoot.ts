import { concatBytes, type Digest, digestOf } from "@polis/codec";
import { blake3 } from "@polis/crypto";
import { noEntries } from "@polis/state";

const LEAF = Uint8Array.of(0);
const INNER = Uint8Array.of(1);

/**
 * The root over a list in its order: transactions with their signatures, or events (kratos-core 3.3, 2.9). The zero hash for
 * an empty list; an unpaired last node moves up unchanged.
 */
export function listRoot(items: readonly Uint8Array[]): Digest {
  let level = items.map((item) => blake3(concatBytes(LEAF, item)));
  if (level.length === 0) return noEntries;
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let i = 0; i + 1 < level.length; i += 2) above.push(blake3(concatBytes(INNER, level[i]!, level[i + 1]!)));
    if (level.length % 2 === 1) above.push(level[level.length - 1]!);
    level = above;
  }
  return digestOf(level[0]!);
}
