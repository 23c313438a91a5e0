import type { View } from "@polis/codec";
import type { SimNode } from "../node/simNode.ts";
import { carriedBy } from "./carried.ts";
import { type Stage, stage } from "./stage.ts";

/** Views that pass after the split ones, so that no re-broadcast of R23 (8 views) carries their proofs any more. */
const BEYOND = 10;

/**
 * Two views end both ways, with a notarization and with a nullification, and the honest replicas know them in three
 * ways: 0 and 1 hold both notarizations, 2 and 3 that of the first and the nullification of the second, 4 both
 * nullifications. Every view is proven for everybody, so nobody lacks anything until somebody proposes: each proposal
 * has a parent that at most two of the others can justify, and that is less than M. Only what comes with a proposal, or
 * is asked for because of it, can end this (R7, R9, R12; testing T4, T10). Validator 5 has died.
 * @returns what went wrong, or undefined when new blocks became final within five seconds
 */
export function skippedParent(): string | undefined {
  const s = stage({ seed: 61, faulty: new Map([[5, "mortal"]]), delay: { kind: "fixed", us: 10_000 } });
  s.runUntil(3000, () => s.nodes[0]!.replica!.view % 6 === 4);
  const first = s.nodes[0]!.replica!.view + 1;
  for (const node of s.nodes) limit(node, first);
  const isReady = () => s.nodes.every((node) => node.replica!.view > first + 1 + BEYOND);
  if (s.runUntil(60_000, isReady) === undefined) return `the split did not come about: ${standing(s)}`;
  s.nodes[5]!.retired = true;
  s.nodes[5]!.crash();
  // What the dead one has said last must not arrive: with its vote, two of the others would be M.
  s.run(100);
  for (const node of s.nodes) node.filter = undefined;
  s.heal();
  const ms = s.untilProgress(5000, 1);
  if (s.oracle.violations.length > 0) return s.oracle.violations[0]!.message;
  return ms === undefined ? `nothing final within 5 s: ${standing(s)}` : undefined;
}

/** What one node hears of the two split views, and of the proposals after them: nothing. */
function limit(node: SimNode, first: number): void {
  const { id } = node;
  const second = first + 1;
  const isMiddle = id === 2 || id === 3;
  const hears = (view: View, what: "block" | "nothing"): boolean => {
    // The second group nullifies the first view and only then learns of its notarization; all who nullify the second
    // view hear of later ones only afterwards, else these would carry them past it.
    if (view === first) {
      if (what === "nothing") return id === 4;
      return id !== 4 && (!isMiddle || node.replica?.nullified(view) === true);
    }
    const isLeft = id === 0 || id === 1 || id === 5;
    if (view === second) return what === "block" ? isLeft : !isLeft;
    return view < first || isLeft || node.replica?.nullified(second as View) === true;
  };
  node.filter = (_from, message) => {
    if (message.kind === "propose") {
      if (message.view === first && id > 1) return true;
      if (message.view === second && id !== 1 && id !== 5) return true;
      if (message.view > second) return true;
    }
    return carriedBy(message).some(({ view, what }) => !hears(view, what));
  };
}

function standing(s: Stage): string {
  return s.nodes.map((node) => `${node.replica?.view}/${node.replica?.lastFinalized.view}`).join(" ");
}
