import assert from "node:assert/strict";
import { test } from "node:test";
import { domainBytes, domains } from "./domains.ts";

test("no two contexts share a prefix, and no prefix begins another (kratos-core 1.5)", () => {
  const all = Object.values(domains);
  for (const [i, a] of all.entries()) {
    assert.match(a, /^KRATOS_[A-Z_]+_V1:$/);
    for (const [j, b] of all.entries()) assert.ok(i === j || !b.startsWith(a), `${a} begins ${b}`);
  }
  assert.equal(domainBytes("finality").length, "KRATOS_FINALITY_V1:".length);
});
