import type { View } from "@polis/codec";
import type { SimNode } from "../node/simNode.ts";
import { type Stage, stage } from "./stage.ts";

const K = 8;

/**
 * Testing T24. Replica 0 runs ahead to F+k with one other and the faulty 5 while 2, 3 and 4 stand still, and loses its
 * disk. The answers come from the slow side and from 5, who claims view 1. A safe view of V+1 lies among the views where
 * it has voted; V+k+1 (R27) does not.
 * @returns what went wrong, or undefined when replica 0 never contradicted itself and votes again
 */
export function lowSafeView(): string | undefined {
  const consensus = { maxViewLead: K };
  const s = stage({ seed: 63, faulty: new Map([[5, "mortal"]]), delay: { kind: "fixed", us: 10_000 }, consensus });
  const [lost, , ...rest] = s.nodes as [SimNode, SimNode, ...SimNode[]];
  s.run(1000);
  const isAhead = ({ id }: SimNode) => id < 2 || id === 5;
  s.network.cut((from, to) => !isAhead(from) || !isAhead(to));
  s.run(20_000);
  const ahead = lost.replica!.view;
  const slow = Math.max(...rest.slice(0, 3).map((node) => node.replica!.view));
  if (ahead < slow + K - 2) return `replica 0 has not run ahead: view ${ahead}, the others in view ${slow}`;
  lost.crash();
  lost.wipe();
  const liar = s.nodes[5]!;
  const isSlow = ({ id }: SimNode) => id >= 2 && id <= 4;
  // The other one that had run ahead is out of reach; of the faulty one replica 0 hears its lie alone.
  s.network.cut(
    (from, to) => from.id === 1 || to.id === 1 || (from === liar && isSlow(to)) || (isSlow(from) && to === liar),
  );
  liar.filter = (_from, message) => {
    if (message.kind === "statusRequest") lie(s, liar, message.nonce);
    return true;
  };
  lost.filter = (from, message) => from === liar.id && message.kind !== "status";
  lost.start();
  if (s.runUntil(20_000, () => lost.replica?.canVote === true) === undefined) return "no safe view was found";
  const { safeView } = lost.replica!;
  s.run(10_000);
  if (s.oracle.violations.length > 0) return `${s.oracle.violations[0]!.code} ${s.oracle.violations[0]!.message}`;
  if (safeView <= ahead) return `safe view ${safeView}, though replica 0 was in view ${ahead}`;
  for (const node of s.nodes) node.filter = undefined;
  s.heal();
  const votes = () => s.oracle.votes.views.get(lost.replica!.lastFinalized.view)?.notarized[0] !== undefined;
  if (s.runUntil(20_000, votes) === undefined) return "replica 0 does not vote again";
  return s.oracle.violations[0]?.message;
}

/** A signed answer that claims view 1, so that it pulls V down. */
function lie(s: Stage, liar: SimNode, nonce: Uint8Array): void {
  const { tools } = liar;
  if (tools === undefined) return;
  const { digest } = s.setup.config.genesis;
  const claim = {
    epoch: tools.epoch,
    view: 1 as View,
    lastFinalizedView: 0 as View,
    lastFinalizedDigest: digest,
    nonce,
  };
  const sig = tools.keys.signStatus(claim);
  tools.send(0, { kind: "status", ...claim, signer: liar.index, sig, proof: undefined });
}
