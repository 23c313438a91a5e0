import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { askNode } from "./askNode.ts";

const account = `0x${"ab".repeat(32)}`;
const good: Readonly<Record<string, unknown>> = {
  chain_getInfo: { currentEpoch: 12 },
  network_getSecurityState: { state: "Degraded" },
  validator_getSet: {
    active_count: 1,
    validators: [
      { id: account, stake: "50000000000000000" },
      { id: `0x${"cd".repeat(32)}`, stake: "1" },
    ],
  },
  economics_getState: { rate_ppb: "65000000" },
};
let answers = { ...good };
const server = createServer(async (request, response) => {
  let body = "";
  for await (const piece of request) body += String(piece);
  const { id, method } = JSON.parse(body) as { readonly id: number; readonly method: string };
  response.end(JSON.stringify({ jsonrpc: "2.0", id, result: answers[method] }));
});
await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
after(() => server.close());
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

test("a node tells state, validators, stakes and inflation", async () => {
  const { facts, validators } = await askNode(url);
  assert.equal(facts.securityState, "Degraded");
  assert.equal(facts.activeValidators, 1);
  assert.equal(facts.totalStake, 50_000_000_000_000_001n);
  assert.equal(facts.estimatedInflationPpb, 65_000_000);
  assert.equal(validators.epoch, 12);
  assert.ok(validators.accounts.has("ab".repeat(32) as never));
});

test("answers that are not as the specification says are no answers", async () => {
  const wrong = [
    { chain_getInfo: {} },
    { chain_getInfo: { currentEpoch: -1 } },
    { validator_getSet: { active_count: 1, validators: "x" } },
    { validator_getSet: { active_count: 1, validators: [{ id: "0x12", stake: "1" }] } },
    { economics_getState: null },
  ];
  for (const change of wrong) {
    answers = { ...good, ...change };
    await assert.rejects(askNode(url), Error, JSON.stringify(change));
  }
  await assert.rejects(askNode("http://127.0.0.1:1"), Error);
});
