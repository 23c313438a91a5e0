import assert from "node:assert/strict";
import { test } from "node:test";
import { BodyQueue } from "./bodyQueue.ts";
import { namesServer } from "./hostGate.ts";
import { readTimeout } from "./readTimeout.ts";

test("timeouts of gRPC, and what is none", () => {
  const cases: Readonly<Record<string, number | undefined>> = {
    ...{ "1S": 1_000, "250m": 250, "2M": 120_000, "1H": 3_600_000, "5000u": 5, "99999999n": 99.999999 },
    ...{ "": undefined, S: undefined, "1": undefined, "1s": undefined, "-1S": undefined, "1 S": undefined },
    ...{ "0S": undefined, "1n": undefined, "123456789S": undefined },
    // Longer than a timer can be: no deadline at all.
    "99999999H": Number.POSITIVE_INFINITY,
  };
  for (const [text, timeoutMs] of Object.entries(cases)) assert.equal(readTimeout(text), timeoutMs, text);
});

test("names of the configuration and addresses name the server, others do not (Z33)", () => {
  for (const host of ["localhost", "LOCALHOST:50051", "127.0.0.1", "10.0.0.1:80", "[::1]:50051", "[fe80::1]"]) {
    assert.equal(namesServer(host, ["localhost"]), true, host);
  }
  for (const host of [
    undefined,
    "",
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example:50051",
    "[::1",
  ]) {
    assert.equal(namesServer(host, ["localhost"]), false, `${host}`);
  }
  assert.equal(namesServer("any.example", ["*"]), true);
});

test("a body is read in order, tells what was read, and ends with its end or its error", async () => {
  let read = 0;
  const body = new BodyQueue((bytes) => {
    read += bytes;
  });
  const chunks = body[Symbol.asyncIterator]();
  body.push(Uint8Array.of(1, 2));
  const waiting = [chunks.next(), chunks.next()];
  body.push(Uint8Array.of(3));
  assert.deepEqual(await Promise.all(waiting), [
    { done: false, value: Uint8Array.of(1, 2) },
    { done: false, value: Uint8Array.of(3) },
  ]);
  body.end();
  assert.deepEqual([await chunks.next(), read], [{ done: true, value: undefined }, 3]);
  const broken = new BodyQueue(() => undefined);
  const next = broken[Symbol.asyncIterator]().next();
  broken.push(Uint8Array.of(1));
  broken.fail(new Error("gone"));
  await assert.rejects(next, /gone/);
});
