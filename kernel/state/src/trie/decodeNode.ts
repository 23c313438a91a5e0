import { decodeRlpList, encodeRlp, type RlpItem } from "@polis/codec";

/** A node read from its bytes. Paths are one nibble per byte; references are hashes or encodings below 32 bytes. */
export type DecodedNode =
  | { readonly kind: "leaf"; readonly path: Uint8Array; readonly value: Uint8Array }
  | { readonly kind: "extension"; readonly path: Uint8Array; readonly child: Uint8Array }
  | { readonly kind: "branch"; readonly refs: readonly (Uint8Array | null)[]; readonly value: Uint8Array | null };

/**
 * Reads one node strictly: only what encodeLeaf, encodeExtension and encodeBranch can produce is accepted.
 * @param maxBytes largest accepted node; a leaf of a transaction trie holds a whole envelope
 * @returns undefined for anything else; never throws
 */
export function decodeNode(bytes: Uint8Array, maxBytes: number): DecodedNode | undefined {
  // An inline child is shorter than 32 bytes, so it nests only a few levels and holds few items.
  const decoded = decodeRlpList(bytes, { maxBytes, maxItems: 600, maxDepth: 32 });
  if (!decoded.ok) return undefined;
  const items = decoded.value;
  if (items.length === 17) return decodeBranch(items);
  if (items.length === 2) return decodeShort(items[0]!, items[1]!);
  return undefined;
}

function decodeBranch(items: readonly RlpItem[]): DecodedNode | undefined {
  const last = items[16]!;
  if (!(last instanceof Uint8Array)) return undefined;
  const refs: (Uint8Array | null)[] = [];
  let held = last.length === 0 ? 0 : 1;
  for (let i = 0; i < 16; i++) {
    const item = items[i]!;
    const ref = item instanceof Uint8Array && item.length === 0 ? null : readRef(item);
    if (ref === undefined) return undefined;
    if (ref !== null) held++;
    refs.push(ref);
  }
  // A branch with fewer than two ways out would have been collapsed.
  return held < 2 ? undefined : { kind: "branch", refs, value: last.length === 0 ? null : last };
}

function decodeShort(head: RlpItem, second: RlpItem): DecodedNode | undefined {
  if (!(head instanceof Uint8Array) || head.length === 0) return undefined;
  const flag = head[0]! >> 4;
  if (flag > 3 || ((flag & 1) === 0 && (head[0]! & 15) !== 0)) return undefined;
  const path = readPath(head, (flag & 1) === 1);
  if (flag >= 2) {
    return second instanceof Uint8Array && second.length > 0 ? { kind: "leaf", path, value: second } : undefined;
  }
  const child = readRef(second);
  return child === undefined || path.length === 0 ? undefined : { kind: "extension", path, child };
}

function readPath(head: Uint8Array, odd: boolean): Uint8Array {
  const path = new Uint8Array(2 * (head.length - 1) + (odd ? 1 : 0));
  let at = 0;
  if (odd) path[at++] = head[0]! & 15;
  for (let i = 1; i < head.length; i++) {
    path[at++] = head[i]! >> 4;
    path[at++] = head[i]! & 15;
  }
  return path;
}

function readRef(item: RlpItem): Uint8Array | undefined {
  if (item instanceof Uint8Array) return item.length === 32 ? item : undefined;
  const inline = encodeRlp(item);
  return inline.length < 32 ? inline : undefined;
}
