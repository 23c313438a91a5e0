import { type Digest, digestToBytes, equalBytes, type Fault, fault, ok, type Result } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import type { StateFaultCode } from "../errors.ts";
import { type DecodedNode, decodeNode } from "./decodeNode.ts";
import { emptyRoot } from "./emptyTrieRoot.ts";
import { nibbleAt } from "./nibbles.ts";

/** Most nodes on one path: keys have at most 32 bytes, so 64 nibbles, and the leaf. */
const maxProofNodes = 65;
/** Most bytes of all nodes together; the last leaf of a list trie holds a whole envelope or receipt. */
const maxProofBytes = 8 * 1024 * 1024;

/**
 * Checks a proof for one key against a root. Total on a peer's bytes.
 * @param proof the nodes from the root down, none missing and none to spare
 * @returns the proven value, or undefined when the key is proven absent
 * @example verifyProof(header.transactionsRoot, listKey(3), nodes)
 */
export function verifyProof(
  root: Digest,
  key: Uint8Array,
  proof: readonly Uint8Array[],
): Result<Uint8Array | undefined, Fault<StateFaultCode>> {
  if (proof.length > maxProofNodes || sizeOf(proof) > maxProofBytes) return fault("PROOF_TOO_LONG");
  if (root === emptyRoot) return proof.length === 0 ? ok(undefined) : fault("PROOF_TRAILING");
  let used = 0;
  let ref = digestToBytes(root);
  let depth = 0;
  for (;;) {
    const bytes = ref.length < 32 ? ref : proof[used++];
    if (bytes === undefined) return fault("PROOF_TRUNCATED");
    if (ref.length === 32 && !equalBytes(keccak256(bytes), ref)) return fault("PROOF_HASH");
    const node = decodeNode(bytes, maxProofBytes);
    if (node === undefined) return fault("PROOF_MALFORMED");
    const step = follow(node, key, depth);
    if (step.ref === undefined) return used === proof.length ? ok(step.value) : fault("PROOF_TRAILING");
    ref = step.ref;
    depth = step.depth;
  }
}

interface Step {
  /** The next node; undefined at the end of the path. */
  readonly ref?: Uint8Array;
  readonly depth: number;
  readonly value?: Uint8Array;
}

function follow(node: DecodedNode, key: Uint8Array, depth: number): Step {
  const end = 2 * key.length;
  if (node.kind === "branch") {
    if (depth === end) return node.value === null ? { depth } : { depth, value: node.value };
    const ref = node.refs[nibbleAt(key, depth)]!;
    return ref === null ? { depth } : { depth: depth + 1, ref };
  }
  const next = depth + node.path.length;
  if (next > end || !node.path.every((nibble, i) => nibbleAt(key, depth + i) === nibble)) return { depth };
  if (node.kind === "extension") return { depth: next, ref: node.child };
  return next === end ? { depth, value: node.value } : { depth };
}

function sizeOf(proof: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const node of proof) bytes += node.length;
  return bytes;
}
