import assert from "node:assert/strict";
import { test } from "node:test";
import { KratosClientError } from "../client/clientError.ts";
import type { KratosClient } from "../client/createKratosClient.ts";
import { patiently, politeClient } from "./politeClient.ts";

const refusal = (retryAfterSeconds: number | undefined) =>
  new KratosClientError(
    { kind: "node", rpcCode: -32_029, text: "rate limited", reason: undefined, retryAfterSeconds },
    "http://127.0.0.1:1",
    "system_name",
  );

/** A node that says what it is told to, in order. */
function node(...answers: readonly (string | Error)[]) {
  const left = [...answers];
  const asked = { times: 0 };
  const answer = async () => {
    asked.times++;
    const next = left.shift();
    if (next instanceof Error) throw next;
    return next;
  };
  return { asked, client: { system_name: answer } as unknown as KratosClient };
}

test("a node that wants to be asked less often is left alone for the whole window, then asked again", async () => {
  let now = 0;
  const { asked, client } = node("a", refusal(1), "b");
  const polite = politeClient(client, () => now);
  assert.equal(await polite.system_name(), "a");
  await assert.rejects(polite.system_name(), /rate limited/);
  now = 9_999;
  await assert.rejects(polite.system_name(), /rate limited/);
  assert.equal(asked.times, 2);
  now = 10_000;
  assert.equal(await polite.system_name(), "b");
});

test("other errors are no reason to be quiet", async () => {
  const { client } = node(refusal(undefined), "b");
  const polite = politeClient(client, () => 0);
  await assert.rejects(polite.system_name());
  assert.equal(await polite.system_name(), "b");
});

test("the report waits for the window, and does not wait for the end of a ban", async () => {
  const waits: number[] = [];
  const pause = async (ms: number) => void waits.push(ms);
  const patient = node(refusal(2), "a");
  assert.equal(await patiently(() => patient.client.system_name(), pause), "a");
  assert.deepEqual(waits, [10_000]);
  const banned = node(refusal(300), "a");
  await assert.rejects(
    patiently(() => banned.client.system_name(), pause),
    /rate limited/,
  );
  assert.equal(banned.asked.times, 1);
  const never = node(refusal(1), refusal(1), refusal(1), "a");
  await assert.rejects(patiently(() => never.client.system_name(), pause));
  assert.equal(never.asked.times, 3);
});
