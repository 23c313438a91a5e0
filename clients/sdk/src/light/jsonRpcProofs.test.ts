import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LightClientError } from "../errors/lightClientError.ts";
import type { Json } from "../rpc/jsonRpc.ts";
import { multisigValidators, signProof, testHeaders } from "../testing/signedChain.ts";
import { hexOf } from "../text/hex.ts";
import { jsonRpcProofs } from "./jsonRpcProofs.ts";
import { LightClient } from "./lightClient.ts";

const validators = multisigValidators();
const { certificate, headers } = signProof(validators, testHeaders(5, [{}, {}]));
const finality = { certificate: { raw: hexOf(certificate) }, headers: headers.map(hexOf) };
const account = `0x${"51".repeat(20)}`;
const hash = `0x${"12".repeat(32)}`;

const clientOf = (answer: (method: string) => Json) =>
  new LightClient(validators.anchor, jsonRpcProofs({ url: "", call: async (method) => answer(method) }));

test("whatever a node answers, the only outcome without a proof is a LightClientError", async () => {
  const hex = fc.uint8Array({ maxLength: 40 }).map(hexOf);
  const fields = [
    "certificate",
    "headers",
    "raw",
    "accountProof",
    "storageProof",
    "proof",
    "index",
    "value",
    "finality",
  ];
  const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      ...[hex, fc.constantFrom<Json>(null, true, 7, "0x1", "x", finality as unknown as Json)],
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...fields), tie("tree"), { maxKeys: 6 }),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(tree, async (answer) => {
      const hostile = clientOf(() => answer);
      const halfHonest = clientOf((method) => (method.startsWith("kairos_getF") ? (finality as Json) : answer));
      for (const ask of [
        () => hostile.account(account),
        () => hostile.payment(hash),
        () => halfHonest.balance(account),
        () => halfHonest.storage(account, hash),
      ]) {
        await assert.rejects(ask(), LightClientError);
      }
    }),
    { numRuns: 300 },
  );
});

test("an honest proof of an empty state is believed", async () => {
  const answers: Readonly<Record<string, Json>> = {
    kairos_getFinalityCertificate: finality as Json,
    eth_getProof: { accountProof: [], storageProof: [] },
  };
  const { exists, block } = await clientOf((method) => answers[method]!).account(account);
  assert.deepEqual([exists, block.height], [false, 5]);
});

test("answers that overtake each other are no lie: only what was shown before the question counts", async () => {
  const waiting: ((answer: Json) => void)[] = [];
  const source = jsonRpcProofs({ url: "", call: () => new Promise((resolve) => waiting.push(resolve)) });
  const light = new LightClient(validators.anchor, source);
  const older = signProof(validators, testHeaders(5, [{}]));
  const newer = signProof(validators, testHeaders(6, [{}]));
  const answerOf = (proof: typeof older) =>
    ({ certificate: { raw: hexOf(proof.certificate) }, headers: proof.headers.map(hexOf) }) as Json;
  const [first, second] = [light.latest(), light.latest()];
  waiting[1]?.(answerOf(newer));
  assert.equal((await second).height, 6);
  waiting[0]?.(answerOf(older));
  assert.equal((await first).height, 5);
  const third = light.latest();
  waiting[2]?.(answerOf(older));
  await assert.rejects(third, { step: "stale" });
});
