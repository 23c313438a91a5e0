import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, type Epoch, type Height, type ValidatorIndex, view } from "@polis/codec";
import type { Finalize } from "@polis/minimmit";
import { ConsensusLog } from "./consensusLog.ts";
import { createLogger } from "./logger.ts";

const block = "ab".repeat(32) as Digest;

function log(level: string) {
  const lines: string[] = [];
  const clock = { ms: 0 };
  const logger = createLogger({ level, format: "json", stream: { write: (line) => void lines.push(line) } });
  const consensus = new ConsensusLog(logger.module("consensus"), () => clock.ms);
  return { consensus, clock, seen: () => lines.splice(0).map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const final = {
  kind: "finalize",
  blocks: [{ digest: block, height: 9 as Height, view: view(12), direct: true }],
  views: [],
} as unknown as Finalize;

test("at info a node says every ten seconds that finality goes on, and what is unusual at once", () => {
  const { consensus, clock, seen } = log("info");
  consensus.onFinalize(final);
  clock.ms = 9_999;
  consensus.onFinalize(final);
  consensus.onObservation({ what: "entered", view: view(3), leader: 1 as ValidatorIndex });
  const [first, ...rest] = seen();
  assert.deepEqual([first!.msg, first!.module, first!.height, first!.view], ["finality goes on", "consensus", 9, 12]);
  assert.deepEqual(rest, []);
  clock.ms = 10_000;
  consensus.onFinalize(final);
  consensus.onObservation({ what: "nullifySent", view: view(13), reason: "timeout" });
  consensus.onObservation({ what: "gate", blocked: true });
  consensus.onObservation({ what: "journalLost", safeView: view(8) });
  assert.deepEqual(
    seen().map(({ level, reason, safeView }) => [level, reason ?? safeView]),
    [
      ["info", undefined],
      ["info", "timeout"],
      ["warn", undefined],
      ["warn", 8],
    ],
  );
});

test("views are told at debug, votes with their peer at trace", () => {
  const vote = { kind: "notarize", epoch: 0 as Epoch, view: view(4), digest: block, sig: new Uint8Array(96) } as const;
  const tell = (level: string) => {
    const { consensus, seen } = log(level);
    consensus.onObservation({ what: "entered", view: view(4), leader: 1 as ValidatorIndex });
    consensus.onObservation({ what: "voted", view: view(4), digest: block, late: false });
    consensus.onObservation({ what: "vote", result: "valid", vote: { ...vote, signer: 2 as ValidatorIndex } });
    consensus.onObservation({ what: "vote", result: "duplicate" });
    return seen();
  };
  assert.equal(tell("info").length, 0);
  assert.deepEqual(
    tell("info,consensus=debug").map(({ msg }) => msg),
    ["a view begins", "voted"],
  );
  const traced = tell("trace");
  assert.equal(traced.length, 4);
  assert.deepEqual([traced[2]!.peer, traced[2]!.view, traced[2]!.kind], [2, 4, "notarize"]);
});
