import { type Digest, digestOf, encodeRlp, type RlpItem } from "@polis/codec";
import { keccak256 } from "@polis/crypto";

/** The oracle of the trie tests: the whole trie from all pairs, straight from the Yellow Paper, appendix D. */
export function naiveRoot(pairs: ReadonlyMap<string, Uint8Array>): Digest {
  return digestOf(keccak256(encodeRlp(naiveNode([...pairs].filter(([, value]) => value.length > 0)))));
}

/** Number of nodes that are stored under their own hash. */
export function naiveStoredNodes(pairs: ReadonlyMap<string, Uint8Array>): number {
  stored = 0;
  const root = naiveNode([...pairs].filter(([, value]) => value.length > 0));
  return pairs.size === 0 ? 0 : stored + (encodeRlp(root).length < 1 ? 0 : 1);
}

let stored = 0;

function naiveNode(entries: readonly (readonly [nibbles: string, value: Uint8Array])[]): RlpItem {
  if (entries.length === 0) return new Uint8Array(0);
  const [first, value] = entries[0]!;
  if (entries.length === 1) return [hexPrefix(first, true), value];
  let shared = 0;
  while (shared < first.length && entries.every(([nibbles]) => nibbles[shared] === first[shared])) shared++;
  const cut = (all: typeof entries, by: number) => all.map(([nibbles, v]) => [nibbles.slice(by), v] as const);
  if (shared > 0) return [hexPrefix(first.slice(0, shared), false), refer(naiveNode(cut(entries, shared)))];
  const children = [..."0123456789abcdef"].map((nibble) =>
    refer(
      naiveNode(
        cut(
          entries.filter(([nibbles]) => nibbles[0] === nibble),
          1,
        ),
      ),
    ),
  );
  return [...children, entries.find(([nibbles]) => nibbles === "")?.[1] ?? new Uint8Array(0)];
}

function refer(node: RlpItem): RlpItem {
  const encoded = encodeRlp(node);
  if (encoded.length < 32) return node;
  stored++;
  return keccak256(encoded);
}

function hexPrefix(nibbles: string, leaf: boolean): Uint8Array {
  const flag = leaf ? 2 : 0;
  return Uint8Array.fromHex(nibbles.length % 2 === 1 ? `${flag + 1}${nibbles}` : `${flag}0${nibbles}`);
}
