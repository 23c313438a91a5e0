import assert from "node:assert/strict";
import { test } from "node:test";
import type { View } from "@polis/codec";
import type { Message } from "@polis/minimmit";
import { stage } from "./stage.ts";

const viewOf = (message: Message): number =>
  message.kind === "certificate" ? message.certificate.view : message.kind === "statusRequest" ? 0 : message.view;

test("Z10: a late nullification of view 1 does not disturb view 2, which is final at one replica only", () => {
  const s = stage({ seed: 51, delay: { kind: "fixed", us: 10_000 } });
  const late = [3, 4, 5];
  let phase: "split" | "second" | "late" = "split";
  const held: { readonly to: number; readonly from: number; readonly message: Message }[] = [];
  for (const node of s.nodes) {
    node.filter = (from, message) => {
      if (message.kind === "nullify" && message.view === 1 && phase !== "late") {
        held.push({ to: node.id, from, message });
        return true;
      }
      // View 1: three replicas see the block and vote; the other three see nothing of it until their timers have fired.
      if (phase === "split") return late.includes(node.id) && viewOf(message) >= 1;
      // View 2: only replica 0 hears enough votes to finalize, and nobody hears of its certificate.
      if (message.kind === "certificate" && message.certificate.kind === "finalization") return node.id !== 0;
      return message.kind === "notarize" && message.view >= 2 && node.id !== 0 && from > 2 && phase === "second";
    };
  }
  s.run(520);
  for (const index of late) assert.equal(s.nodes[index]!.replica!.nullified(1 as View), true);
  const first = s.oracle.votes.views.get(1 as View)!;
  assert.equal([...first.notarizes.values()][0]!.count, 3);
  phase = "second";
  assert.ok(s.runUntil(4000, () => s.nodes[0]!.replica!.lastFinalized.view >= 2) !== undefined);
  phase = "late";
  for (const { to, from, message } of held) s.nodes[to]!.take(-1, { kind: "message", from, message }, 0);
  s.run(300);
  assert.equal(first.nullified, true, "the nullification of view 1 exists now");
  assert.equal(s.oracle.votes.views.get(2 as View)!.nullifies.count, 0, "and nobody nullified view 2");
  for (const node of s.nodes) node.filter = undefined;
  assert.ok(s.untilProgress(5000, 3) !== undefined);
  assert.equal(s.oracle.chain.chain[1]!.view, 1, "the block of view 1 is final as an ancestor");
  assert.deepEqual(s.oracle.violations, []);
});
