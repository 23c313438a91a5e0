import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { walkStateTests } from "../testing/walkStateTests.ts";

const root = fileURLToPath(new URL("../../../../../shared/vectors/evm-state-cancun/", import.meta.url));
const skip = existsSync(root) ? false : "the folder ../shared with the public vectors is absent";

for (const { folder, filter } of [
  { folder: "stStaticCall", filter: "static_Call50000_" },
  { folder: "stTimeConsuming", filter: undefined },
]) {
  test(`the long public state tests of ${folder}`, { skip }, () => {
    const { failures, passed } = walkStateTests(`${root}${folder}`, { filter });
    assert.deepEqual(failures, []);
    assert.ok(passed > 0);
  });
}
