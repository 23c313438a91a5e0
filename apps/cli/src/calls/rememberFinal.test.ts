import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, height } from "@polis/codec";
import type { CallWorld } from "@polis/kairos";
import { rememberFinal } from "./rememberFinal.ts";

const block = "ab".repeat(32) as Digest;

test("what a world found is asked for once, what it did not find again", () => {
  const asked: string[] = [];
  let found = false;
  const answer = <T>(what: string, value: T): T | undefined => {
    asked.push(what);
    return found ? value : undefined;
  };
  const world = {
    headerAt: (at: number) => answer(`header ${at}`, { digest: block }),
    receiptsAt: (at: number) => answer(`receipts ${at}`, []),
    envelopes: () => answer("envelopes", [new Uint8Array(3)]),
  } as unknown as CallWorld;
  const remember = rememberFinal();
  const look = () => {
    // A view that is made anew shares the memory.
    const view = remember(world);
    return [view.headerAt(height(7)), view.receiptsAt(height(7)), view.envelopes(block)];
  };
  assert.deepEqual(look(), [undefined, undefined, undefined]);
  found = true;
  const first = look();
  assert.deepEqual(first, [{ digest: block }, [], [new Uint8Array(3)]]);
  found = false;
  assert.deepEqual(look(), first);
  assert.deepEqual(asked, ["header 7", "receipts 7", "envelopes", "header 7", "receipts 7", "envelopes"]);
});

test("memory is bounded: far more blocks than fit are forgotten", () => {
  let asked = 0;
  const headerAt = () => {
    asked++;
    return { digest: block };
  };
  const world = { headerAt } as unknown as CallWorld;
  const view = rememberFinal()(world);
  for (let at = 0; at < 30_000; at++) view.headerAt(height(at));
  view.headerAt(height(0));
  assert.equal(asked, 30_001);
});
