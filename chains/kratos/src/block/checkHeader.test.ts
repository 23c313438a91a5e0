import assert from "node:assert/strict";
import { test } from "node:test";
import { digest, type Epoch, epoch, type Height, height, type Seconds, type Slot, seconds, slot } from "@polis/codec";
import fc from "fast-check";
import type { ChainMeta } from "../modules/meta/meta.ts";
import { checkHeader, driftOf, driftSumAfter } from "./checkHeader.ts";
import type { Header } from "./header.ts";

const GENESIS = 1_000_000;
const clock = { genesis: seconds(GENESIS), slotSeconds: 6, slotsPerEpoch: 600 };
const hash = digest("11".repeat(32));

function header(number: Height, at: Slot, of: Epoch, timestamp: Seconds): Header {
  const roots = { parentHash: hash, transactionsRoot: hash, stateRoot: hash };
  return {
    number,
    slot: at,
    epoch: of,
    timestamp,
    ...roots,
    author: hash,
    vrfProof: new Uint8Array(80),
    signature: new Uint8Array(64),
  };
}

const genesisHeader = header(height(0), slot(0), epoch(0), seconds(GENESIS));
const metaOf = (epochDriftSum: number) => ({ epochDriftSum }) as ChainMeta;

test("an accepted header has the slot and the epoch of its time, and a header with others is refused (I6)", () => {
  const near = fc.integer({ min: -3, max: 3 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20_000 }), near, near, (second, wrongSlot, wrongEpoch) => {
      const at = (second - (second % 6)) / 6;
      const of = (at - (at % 600)) / 600;
      fc.pre(at + wrongSlot >= 0 && of + wrongEpoch >= 0);
      const made = header(height(1), slot(at + wrongSlot), epoch(of + wrongEpoch), seconds(GENESIS + second));
      const fault = checkHeader(made, { header: genesisHeader, hash }, clock, metaOf(0));
      const isRight =
        made.slot === Math.floor(second / 6) && made.epoch === Math.floor(made.slot / 600) && made.slot > 0;
      assert.equal(fault === undefined, isRight, fault?.code ?? "accepted");
    }),
  );
});

test("times that fit their slots drift by at most 5 s in a block and in the sum of an epoch (I7)", () => {
  const step = fc.record({ slots: fc.integer({ min: 1, max: 900 }), second: fc.integer({ min: 0, max: 5 }) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      let before = genesisHeader;
      let sum = 0;
      for (const { slots, second } of steps) {
        const at = before.slot + slots;
        const time = seconds(GENESIS + 6 * at + second);
        const made = header(height(before.number + 1), slot(at), epoch(Math.floor(at / 600)), time);
        assert.equal(checkHeader(made, { header: before, hash }, clock, metaOf(sum)), undefined);
        assert.ok(Math.abs(driftOf(made, before, 6)) <= 5);
        sum = driftSumAfter(metaOf(sum), made, before, 6);
        assert.ok(Math.abs(sum) <= 5, `${sum}`);
        before = made;
      }
    }),
  );
});

test("a header whose time is not after its parent's is refused by V7 itself, where V4 and V6 hold", () => {
  // No chain has such a parent: V6 of the parent would have caught it. The rule stands on its own all the same.
  const parent = { header: header(height(4), slot(9), epoch(0), seconds(GENESIS + 66)), hash };
  const at = (second: number) => header(height(5), slot(10), epoch(0), seconds(GENESIS + second));
  const codeOf = (made: Header) => checkHeader(made, parent, clock, metaOf(0))?.code;
  assert.equal(codeOf(at(65)), "TimestampNotAfterParent");
  assert.equal(codeOf({ ...at(65), timestamp: seconds(GENESIS + 66) }), "TimestampSlotMismatch");
  const later = { header: header(height(4), slot(9), epoch(0), seconds(GENESIS + 60)), hash };
  assert.equal(checkHeader(at(60), later, clock, metaOf(0))?.code, "TimestampNotAfterParent");
  assert.equal(checkHeader(at(61), later, clock, metaOf(0)), undefined);
});

test("a drift above the limits is refused by V8 itself, of one block and of an epoch's sum", () => {
  const parentAt = (second: number) => ({
    header: header(height(4), slot(9), epoch(0), seconds(GENESIS + second)),
    hash,
  });
  const made = header(height(5), slot(10), epoch(0), seconds(GENESIS + 60));
  const codeOf = (second: number, sum: number) => checkHeader(made, parentAt(second), clock, metaOf(sum))?.code;
  // The drift of `made` is 54 - second.
  assert.equal(codeOf(49, 0), undefined);
  assert.equal(codeOf(48, 0), "DriftExceeded");
  assert.equal(codeOf(59, 0), undefined);
  assert.equal(codeOf(49, 1_195), undefined);
  assert.equal(codeOf(49, 1_196), "DriftExceeded");
  assert.equal(codeOf(59, -1_195), undefined);
  assert.equal(codeOf(59, -1_196), "DriftExceeded");
  const next = header(height(5), slot(600), epoch(1), seconds(GENESIS + 3_600));
  const last = { header: header(height(4), slot(599), epoch(0), seconds(GENESIS + 3_594)), hash };
  assert.equal(checkHeader(next, last, clock, metaOf(1_200)), undefined);
});
