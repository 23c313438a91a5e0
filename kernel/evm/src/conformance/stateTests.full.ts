import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { walkStateTests } from "../testing/walkStateTests.ts";

const root = fileURLToPath(new URL("../../../../../shared/vectors/evm-state-cancun/", import.meta.url));
const skip = existsSync(root) ? false : "the folder ../shared with the public vectors is absent";

test("a BLAKE2b of 2^32 rounds", { skip }, () => {
  const { failures, passed } = walkStateTests(`${root}stTimeConsuming`);
  assert.deepEqual(failures, []);
  assert.ok(passed > 0);
});
