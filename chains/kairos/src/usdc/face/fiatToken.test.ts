import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address } from "@polis/codec";
import { decodeErrorResult, parseAbi } from "viem";
import { faceAddress } from "../../addresses.ts";
import { createDoubleWorld } from "../testing/doubleWorld.ts";
import { createEngineWorld } from "../testing/engineWorld.ts";
import { openToken } from "../testing/token.ts";
import { testFace, testParams } from "../testing/worlds.ts";
import vectors from "./fiatToken.vectors.json" with { type: "json" };

const errorAbi = parseAbi(["error Error(string)"]);

/** Reasons as text, because the original leaves dirt behind the text in its last word. */
function outputOf(success: boolean, output: Uint8Array): string {
  if (success || output.length === 0) return output.toHex();
  return decodeErrorResult({ abi: errorAbi, data: `0x${output.toHex()}` }).args[0];
}

/**
 * Random calls with the answers that the compiled FiatTokenV2_2 gave, from the same beginning and with its code at the
 * face's address. Left out are only the cases that kairos U10 and U12 decide otherwise.
 */
testFace("the face answers, reverts and logs as the original did on recorded calls", (_, fresh) => {
  for (const round of vectors.rounds) {
    const world = fresh();
    for (const { from, timestampS, data, success, output, logs } of round) {
      world.timestampS = timestampS;
      const result = world.call({ from: from as Address, data: Uint8Array.fromHex(data), gas: 5_000_000n });
      assert.equal(result.success, success, data);
      assert.equal(outputOf(success, result.output), output);
      assert.deepEqual(
        result.logs.map((log) => `${log.topics.join()}:${log.data.toHex()}`),
        logs,
      );
      assert.ok(result.logs.every(({ address }) => address === faceAddress));
    }
  }
});

test("U14: the engine prices the recorded calls as the double does, down to where gas runs out", () => {
  for (const round of vectors.rounds.slice(0, 2)) {
    const double = openToken(createDoubleWorld(testParams));
    const engine = openToken(createEngineWorld(testParams));
    round.forEach(({ from, timestampS, data }, i) => {
      // Every third call gets too little gas at some point, another one each time.
      const gas = i % 3 === 0 ? BigInt((i * 1_009) % 30_000) : 1_000_000n;
      const call = { from: from as Address, data: Uint8Array.fromHex(data), gas };
      const [expected, result] = [double, engine].map((world) => {
        world.timestampS = timestampS;
        return world.call(call);
      });
      assert.deepEqual([result!.success, result!.gasUsed], [expected!.success, expected!.gasUsed], data);
      assert.equal(result!.output.toHex(), expected!.output.toHex());
    });
  }
});
