import assert from "node:assert/strict";
import { test } from "node:test";
import type { Digest } from "@polis/codec";
import { testSigner } from "../testing/genesisFixture.ts";
import { stateValue } from "./stateValue.ts";
import type { CallWorld } from "./world.ts";

test("6.4: a state that is not kept is refused with its height", () => {
  const world = { state: () => undefined, header: () => ({ number: 7 }) } as unknown as CallWorld;
  const wanted = { value: "balance", address: testSigner(1).address } as const;
  const answer = stateValue(world, { kind: "state", block: "ab".repeat(32) as Digest, wanted });
  assert.deepEqual(answer, {
    ok: false,
    error: { code: -32001, message: "the state of block 7 is not kept by this node" },
  });
});
