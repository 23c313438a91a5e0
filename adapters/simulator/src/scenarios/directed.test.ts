import assert from "node:assert/strict";
import { test } from "node:test";
import { DIRECTED } from "./directed.ts";

for (const [name, scenario] of Object.entries(DIRECTED)) {
  test(`directed schedule ${name}`, () => {
    assert.equal(scenario(), undefined);
  });
}
