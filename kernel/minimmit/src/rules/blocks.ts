import type { Digest, Fault } from "@polis/codec";
import type { BlockInfo } from "@polis/ports";
import { DivergenceError } from "../errors.ts";
import { type BlockEntry, emit, isNotarized, type ReplicaState, report } from "../state.ts";
import { isFarBehind, wantBlock } from "./fetch.ts";
import { leaderOfBlock } from "./leader.ts";

/**
 * Holds an authenticated or certified body and has it executed as soon as its parent is (R11, R29). Execution does not
 * depend on the certificates that R9 asks for, so catching up never waits for them.
 */
export function holdBlock(s: ReplicaState, info: BlockInfo, block: Uint8Array, persisted = false): BlockEntry {
  const held = s.blocks.get(info.digest);
  if (held !== undefined) return held;
  const entry: BlockEntry = { info, block, status: "held", persisted };
  s.blocks.set(info.digest, entry);
  s.blockBytes += block.length;
  s.dirty.final = true;
  tryExecute(s, entry);
  return entry;
}

/** Holds a block that this replica has built itself: building has executed it (R7). */
export function holdBuilt(s: ReplicaState, info: BlockInfo, block: Uint8Array): void {
  if (s.blocks.has(info.digest)) return;
  s.blocks.set(info.digest, { info, block, status: "held", persisted: false });
  s.blockBytes += block.length;
  onExecuted(s, info.digest);
}

/** Asks for execution if the parent is executed, else waits for the parent and fetches it when it is missing. */
export function tryExecute(s: ReplicaState, entry: BlockEntry): void {
  if (entry.status !== "held") return;
  const { info } = entry;
  const parent = s.blocks.get(info.parentDigest);
  if (parent?.status === "executed") {
    if (parent.info.view !== info.parentView || parent.info.height + 1 !== info.height) {
      entry.status = "invalid";
      return;
    }
    const leader = leaderOfBlock(s, info);
    if (leader === undefined) return;
    entry.status = "executing";
    emit(s, { kind: "execute", digest: info.digest, block: entry.block, leader });
    return;
  }
  const children = s.waiting.get(info.parentDigest);
  if (children === undefined) s.waiting.set(info.parentDigest, [info.digest]);
  else if (!children.includes(info.digest)) children.push(info.digest);
  if (parent === undefined) wantParent(s, info);
}

/**
 * R12: fetches the missing parent of a held block. During a range sync (R28) far blocks wait for it instead. The parent
 * that a leader alone names is not asked for: its own parent would be next, and a liar can invent ancestors without end.
 */
function wantParent(s: ReplicaState, info: BlockInfo): void {
  if (info.height <= s.lastFinalized.height + 1 || info.parentView <= s.lastFinalized.view || isFarBehind(s)) return;
  if (!isVouched(s, info)) return;
  const seen = s.views.get(info.view)?.proposal;
  wantBlock(s, info.parentDigest, info.parentView, seen?.info.digest === info.digest ? seen.from : undefined);
}

/** True when a certificate says that the parent exists: the parent's, the block's, or one of a block that waits for it. */
function isVouched(s: ReplicaState, { digest, view, parentDigest, parentView }: BlockInfo): boolean {
  if (isNotarized(s, parentView, parentDigest) || isNotarized(s, view, digest)) return true;
  return (s.waiting.get(digest) ?? []).some((child) => {
    const entry = s.blocks.get(child);
    return entry !== undefined && isVouched(s, entry.info);
  });
}

/** Asks again for the parents of waiting bodies; called when a sync has ended, for a new certificate, and by R23. */
export function rewantParents(s: ReplicaState): void {
  for (const [parent, children] of s.waiting) {
    if (s.blocks.has(parent)) continue;
    for (const child of children) {
      const entry = s.blocks.get(child);
      if (entry?.status === "held") wantParent(s, entry.info);
    }
  }
}

/** Tries held bodies again whose parent is executed: they were too early (B5), or their leader was unknown (R5). */
export function retryHeld(s: ReplicaState): void {
  for (const entry of s.blocks.values()) {
    if (entry.status === "held" && s.blocks.get(entry.info.parentDigest)?.status === "executed") tryExecute(s, entry);
  }
}

/** Answer to `execute`: the block is valid but for B5, and its children can be executed. */
export function onExecuted(s: ReplicaState, digest: Digest): void {
  const entry = s.blocks.get(digest);
  if (entry === undefined || entry.status === "executed") return;
  entry.status = "executed";
  releaseChildren(s, digest);
  s.dirty.vote = true;
  s.dirty.late = true;
  s.dirty.propose = true;
  s.dirty.final = true;
}

/** Bodies that waited for `digest` go to execution. */
export function releaseChildren(s: ReplicaState, digest: Digest): void {
  const children = s.waiting.get(digest);
  if (children === undefined) return;
  s.waiting.delete(digest);
  for (const child of children) {
    const entry = s.blocks.get(child);
    if (entry !== undefined) tryExecute(s, entry);
  }
}

/**
 * R11: the digest is remembered as invalid until its view is pruned; nothing else follows, the timer does the rest.
 * The leader is blamed as the ledger says: not for a block that only this node's engine failed on (E4).
 */
export function onRejected(s: ReplicaState, digest: Digest, fault: Fault): void {
  const entry = s.blocks.get(digest);
  if (entry === undefined || entry.status === "executed") return;
  if (fault.verdict === "wait") {
    entry.status = "held";
    return;
  }
  entry.status = "invalid";
  const vs = s.views.get(entry.info.view);
  if (isUnderFinalization(s, digest)) throw diverged(entry, fault.code);
  const leader = leaderOfBlock(s, entry.info);
  const proposed = vs?.proposal?.claim.digest === digest || vs?.rival?.claim.digest === digest;
  if (proposed && leader !== undefined) report(s, leader, "CONSENSUS_INVALID_BLOCK", fault.verdict, fault.code);
}

/** L1: what a certified block that fails here means; whoever runs the replica must stop it. */
export function diverged({ info }: BlockEntry, faultCode: string): DivergenceError {
  const { height, view, digest } = info;
  const what = `L1: the finalized block ${digest} of view ${view}, height ${height}, fails re-execution: ${faultCode}`;
  return new DivergenceError(what, faultCode);
}

/** Whether a finalization is held of this block or of a held descendant. */
function isUnderFinalization(s: ReplicaState, digest: Digest): boolean {
  for (const view of s.pendingFinal) {
    let at = s.views.get(view)?.finalization?.certificate.digest;
    while (at !== undefined) {
      if (at === digest) return true;
      at = s.blocks.get(at)?.info.parentDigest;
    }
  }
  return false;
}
