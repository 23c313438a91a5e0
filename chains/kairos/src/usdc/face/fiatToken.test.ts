import assert from "node:assert/strict";
import type { Address } from "@polis/codec";
import { decodeErrorResult, parseAbi } from "viem";
import { faceAddress } from "../../addresses.ts";
import { testFace } from "../testing/worlds.ts";
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
