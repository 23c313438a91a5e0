import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { inspect } from "node:util";
import { startAnvil, withoutFoundry } from "../startAnvil.ts";
import { startKairos } from "../startKairos.ts";
import { ask } from "./ask.ts";
import { type Accepted, compareAnswers, type Difference, judgeDifferences } from "./compareAnswers.ts";
import { requestsAfter } from "./requests.ts";
import { BASE_FEE_PER_GAS, playScene } from "./scene.ts";

const SHOWN = 40;
/** Later than any genesis that starts with the clock, and the same for both chains. */
const AHEAD_SECONDS = 1_000;

test("kairos and anvil answer the recorded requests alike, but for the listed differences", {
  skip: withoutFoundry("anvil"),
}, async (t) => {
  const kairos = await startKairos();
  after(() => kairos.stop());
  const gasLimit = ((await ask(kairos, "eth_getBlockByNumber", ["0x0", false])).result as { gasLimit: string })
    .gasLimit;
  const anvil = await startAnvil([
    "--steps-tracing",
    "--base-fee",
    `${BASE_FEE_PER_GAS}`,
    "--gas-limit",
    `${BigInt(gasLimit)}`,
  ]);
  after(() => anvil.stop());

  const startSeconds = Math.floor(Date.now() / 1_000) + AHEAD_SECONDS;
  const [ours, theirs] = [await playScene(kairos, startSeconds), await playScene(anvil, startSeconds)];
  assert.deepEqual(ours.hashes, theirs.hashes, "the same transactions");

  const found: Difference[] = [];
  const [toKairos, toAnvil] = [await requestsAfter(ours), await requestsAfter(theirs)];
  for (const [i, { name, method, params }] of toKairos.entries()) {
    const answer = await ask(kairos, method, params);
    found.push(...compareAnswers(name, answer, await ask(anvil, method, toAnvil[i]!.params)));
  }
  const list = JSON.parse(readFileSync(join(import.meta.dirname, "differences.json"), "utf8")) as readonly Accepted[];
  const { unexplained, unused } = judgeDifferences(found, list);
  t.diagnostic(`${toKairos.length} requests, ${found.length} differing fields, ${list.length} reasons`);
  // One of a kind is enough to understand the others.
  const kinds = new Map(unexplained.map((one) => [`${one.request} ${one.path}`, one]));
  const shown = [...kinds.values()]
    .slice(0, SHOWN)
    .map((one) => inspect(one, { breakLength: 120, maxStringLength: 200 }));
  assert.equal(unexplained.length, 0, `nobody has said why these differ:\n${shown.join("\n")}`);
  assert.deepEqual(unused, [], "these differences are no more: take them from differences.json");
});
