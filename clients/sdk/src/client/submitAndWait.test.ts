import assert from "node:assert/strict";
import { test } from "node:test";
import { KairosError } from "../errors/kairosError.ts";
import type { NodeLink } from "./nodeLink.ts";
import { submitAndWait } from "./submitAndWait.ts";
import type { Block, FinalTransaction } from "./types.ts";

const hash = `0x${"5a".repeat(32)}` as const;
const final = { hash, height: 7 } as FinalTransaction;

/** A node that refuses, and has the transaction in a final block or not. */
function refusing(found: FinalTransaction | undefined): NodeLink {
  return {
    submitAndHold: () => Promise.reject(new KairosError("NONCE_TOO_LOW", "nonce 3 is used")),
    finalTransaction: async () => found,
    block: async () => ({ height: 7 }) as Block,
  } as Partial<NodeLink> as NodeLink;
}

test("a nonce that the transaction itself has used up is its success, not a refusal: nobody pays twice", async () => {
  assert.deepEqual(await submitAndWait(refusing(final), new Uint8Array(1), hash, {}), final);
});

test("a nonce that another transaction has used up is refused", async () => {
  const sent = submitAndWait(refusing(undefined), new Uint8Array(1), hash, {});
  await assert.rejects(sent, { codeName: "NONCE_TOO_LOW" });
});
