import assert from "node:assert/strict";
import { test } from "node:test";
import type { Digest, ValidatorIndex } from "@polis/codec";
import type { Execution } from "./execution.ts";
import { pacedExecution } from "./pacedExecution.ts";

test("blocks are executed in order, in slices between which timers and links get their turn", async () => {
  const done: string[] = [];
  const busyMs = 4;
  const slow: Execution = {
    execute: (digest) => {
      const end = performance.now() + busyMs;
      while (performance.now() < end);
      done.push(digest);
    },
    build: () => undefined,
    finalize: () => undefined,
    settled: () => Promise.resolve(),
  };
  const paced = pacedExecution(slow);
  const names = Array.from({ length: 20 }, (_, i) => `${i}` as Digest);
  for (const name of names) paced.execute(name, new Uint8Array(0), 0 as ValidatorIndex);
  assert.equal(done.length, 0, "the caller goes on first");
  let turns = 0;
  while (done.length < names.length) {
    await new Promise((resolve) => setImmediate(resolve));
    turns++;
  }
  assert.deepEqual(done, names);
  assert.ok(turns >= 5, `${turns} turns for ${names.length * busyMs} ms of work`);
});

test("blocks that wait when the node stops are dropped: the store behind them is closed next", async () => {
  const done: string[] = [];
  const execution: Execution = {
    execute: (digest) => void done.push(digest),
    build: () => undefined,
    finalize: () => undefined,
    settled: () => Promise.resolve(),
  };
  const paced = pacedExecution(execution);
  for (const name of ["a", "b"] as Digest[]) paced.execute(name, new Uint8Array(0), 0 as ValidatorIndex);
  await paced.settled();
  paced.execute("c" as Digest, new Uint8Array(0), 0 as ValidatorIndex);
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(done, []);
});
