import assert from "node:assert/strict";
import { test } from "node:test";
import { measureCriticalPath } from "./criticalPath.ts";

test("the costs of a view are positive, and checking costs a replica more than signing costs the leader", () => {
  const { leaderSignsUs, replicaUs, certificateUs } = measureCriticalPath(6, 1, 10);
  assert.ok(leaderSignsUs > 0 && certificateUs > 0);
  assert.ok(replicaUs > leaderSignsUs, `${replicaUs} and ${leaderSignsUs}`);
});
