import assert from "node:assert/strict";
import { test } from "node:test";
import { address, type Digest, digest, height } from "@polis/codec";
import fc from "fast-check";
import type { ApiBlock } from "./backend.ts";
import { blockLogs } from "./blockLogs.ts";
import { matchesLog } from "./logCriteria.ts";

const addresses = ["01", "02", "03"].map((byte) => address(byte.repeat(20)));
const topics = ["0a", "0b", "0c"].map((byte) => digest(byte.repeat(32)));
const log = fc.record({
  address: fc.constantFrom(...addresses),
  topics: fc.array(fc.constantFrom<Digest>(...topics), { maxLength: 4 }),
  data: fc.constant(new Uint8Array(0)),
});
const criteria = fc.record({
  addresses: fc.subarray(addresses),
  topics: fc.array(fc.subarray(topics), { maxLength: 4 }),
});

test("the candidates of any criteria hold what a look at all logs finds, in order and once", () => {
  fc.assert(
    fc.property(fc.array(fc.array(log, { maxLength: 5 }), { maxLength: 5 }), criteria, (receipts, wanted) => {
      const block = {
        digest: digest("aa".repeat(32)),
        header: { number: height(1), timestampS: 1 },
        receipts: () => receipts.map((logs) => ({ logs })),
        decoded: () => receipts.map(() => ({ hash: digest("bb".repeat(32)) })),
      } as unknown as ApiBlock;
      const all = receipts.flat();
      const found = blockLogs(block)
        .candidates(wanted)
        .filter((one) => matchesLog(wanted, one.log));
      const naive = all.map((one, at) => ({ one, at })).filter(({ one }) => matchesLog(wanted, one));
      assert.deepEqual(
        found.map(({ at }) => at),
        naive.map(({ at }) => at),
      );
      for (const one of found) {
        assert.equal((one.json() as { logIndex: string }).logIndex, `0x${one.at.toString(16)}`);
        assert.equal(one.json(), one.json());
      }
    }),
  );
});
