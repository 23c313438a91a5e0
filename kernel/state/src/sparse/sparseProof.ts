import { type Digest, type Fault, fault, ok, type Result } from "@polis/codec";
import type { StateFaultCode } from "../errors.ts";
import { bitAt, innerHash, leafOf, noEntries, type SparseNode } from "./node.ts";
import { type LoadSparse, resolve } from "./updateSparse.ts";

/** Siblings from the root downwards, and what lies at the end of the path (kratos-core 3.3). */
export interface SparseProof {
  readonly siblings: readonly Digest[];
  /** Undefined: the path ends at nothing. */
  readonly terminal: { readonly key: Digest; readonly value: Digest } | undefined;
}

const MAX_DEPTH = 256;

/** Proves what a tree holds under a key, presence or absence. @param key the BLAKE3 of an entry's key */
export function proveSparse(root: SparseNode, key: Digest, load: LoadSparse): SparseProof {
  const siblings: Digest[] = [];
  let node = resolve(root, load);
  while (node.kind === "inner") {
    const [next, sibling] = bitAt(key, siblings.length) === 0 ? [node.left, node.right] : [node.right, node.left];
    siblings.push(sibling.hash);
    node = resolve(next, load);
  }
  return { siblings, terminal: node.kind === "leaf" ? { key: node.key, value: node.value } : undefined };
}

/**
 * Checks a proof against a root. Total on what a peer sent.
 * @returns the hash of the value under the key, or undefined when it is proven absent
 */
export function verifySparseProof(
  root: Digest,
  key: Digest,
  { siblings, terminal }: SparseProof,
): Result<Digest | undefined, Fault<StateFaultCode>> {
  if (siblings.length > MAX_DEPTH) return fault("PROOF_TOO_LONG");
  // Another key at the end of the path proves absence only if its own path is this one.
  if (terminal !== undefined && !sharesPath(terminal.key, key, siblings.length)) return fault("PROOF_MALFORMED");
  let hash = terminal === undefined ? noEntries : leafOf(terminal.key, terminal.value).hash;
  for (let depth = siblings.length - 1; depth >= 0; depth--) {
    const sibling = siblings[depth]!;
    hash = bitAt(key, depth) === 0 ? innerHash(hash, sibling) : innerHash(sibling, hash);
  }
  if (hash !== root) return fault("PROOF_HASH");
  return ok(terminal?.key === key ? terminal.value : undefined);
}

function sharesPath(a: Digest, b: Digest, depth: number): boolean {
  for (let i = 0; i < depth; i++) if (bitAt(a, i) !== bitAt(b, i)) return false;
  return true;
}
