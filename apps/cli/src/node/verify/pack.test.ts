import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { packEnvelopes, unpackEnvelopes } from "./pack.ts";

test("packed envelopes come out as they went in", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 50 }), (envelopes) => {
      assert.deepEqual(unpackEnvelopes(packEnvelopes(envelopes)), envelopes);
    }),
  );
});
