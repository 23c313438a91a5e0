import assert from "node:assert/strict";
import { it } from "node:test";
import { openStorage } from "./openStorage.ts";
import { readIdentity } from "./readIdentity.ts";
import { temporaryDirectory, testOptions } from "./testing.ts";

it("a store says what it is, between two runs; an absent one says nothing", async (t) => {
  const options = testOptions(temporaryDirectory(t));
  assert.equal(await readIdentity(options.path), undefined);
  const storage = await openStorage(options);
  const { schema, identity } = options;
  await storage.close();
  assert.deepEqual(await readIdentity(options.path), { schema, identity });
  const again = await openStorage(options);
  await again.close();
});
