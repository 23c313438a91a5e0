import assert from "node:assert/strict";
import { test } from "node:test";
import { compareAnswers, judgeDifferences } from "./compareAnswers.ts";

test("differences are found at every depth and named by their path", () => {
  const ours = { a: 1, list: [{ x: "0xAB" }, { x: "0x1" }], only: null };
  const theirs = { a: 2, list: [{ x: "0xab" }] };
  const paths = compareAnswers("m", ours, theirs).map((difference) => difference.path);
  assert.deepEqual(paths, ["a", "list[]", "only"]);
  assert.deepEqual(compareAnswers("m", ours, ours), []);
});

test("a meant difference covers its path and what is below, and nothing else", () => {
  const found = compareAnswers("eth_x/case", { logs: [{ a: 1 }], hash: 1 }, { logs: [{ a: 2 }], hash: 2 });
  const meant = { requests: ["eth_x*"], paths: ["logs"], reason: "because" };
  const other = { requests: ["eth_y"], paths: ["logs"], reason: "never" };
  const { unexplained, unused } = judgeDifferences(found, [meant, other]);
  assert.deepEqual(
    unexplained.map((difference) => difference.path),
    ["hash"],
  );
  assert.deepEqual(unused, [other]);
});

test("the face's logs are one difference each and do not displace others", () => {
  const face = { address: "0x3600000000000000000000000000000000000000", topics: [] };
  const found = compareAnswers("m", { logs: [face, { address: "0x1" }] }, { logs: [{ address: "0x1" }] });
  assert.deepEqual(
    found.map((difference) => difference.path),
    ["logs[face]"],
  );
});
