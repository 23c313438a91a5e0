import type { View } from "@polis/codec";
import { carriedBy } from "./carried.ts";
import { stage } from "./stage.ts";

const lacks = (id: number) => id >= 5 && id <= 9;

/**
 * Testing T9. Five of eleven replicas have passed a nullified view without ever holding its nullification, so none of
 * them can choose a parent; four correct ones hold it, two have died, and the next of the four leads five long views
 * later. Views go on by timers meanwhile. The bulk links stay down, so nothing can be asked for: only the second rule of
 * R23, every certificate of the last 8 views, brings the proof in time.
 * @returns what went wrong, or undefined when new blocks became final within five seconds
 */
export function missingProof(): string | undefined {
  const n = 11;
  const faulty = new Map([3, 4].map((index) => [index, "mortal"] as const));
  const s = stage({ seed: 62, n, faulty, delay: { kind: "fixed", us: 10_000 } });
  s.runUntil(5000, () => s.nodes[0]!.replica!.view % n === 10);
  const lost = (s.nodes[0]!.replica!.view + 1) as View;
  for (const node of s.nodes) {
    node.bulkDown = true;
    node.filter = (_from, message) => {
      if (message.kind === "propose" && message.view >= lost) return true;
      return lacks(node.id) && carriedBy(message).some(({ view }) => view === lost);
    };
  }
  // The leaders of the last views before the healing are those that know; the leader of the view after it does not.
  const isReady = () => s.nodes.every((node) => node.replica!.view === lost + 5);
  if (s.runUntil(30_000, isReady) === undefined) return "the gap did not come about";
  for (const index of [3, 4]) {
    s.nodes[index]!.retired = true;
    s.nodes[index]!.crash();
  }
  for (const node of s.nodes) node.filter = undefined;
  s.heal();
  const ms = s.untilProgress(5000, 1);
  if (s.oracle.violations.length > 0) return s.oracle.violations[0]!.message;
  const views = s.nodes.map((node) => `${node.replica?.view}/${node.replica?.lastFinalized.view}`);
  return ms === undefined ? `nothing final within 5 s: ${views.join(" ")}` : undefined;
}
