import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { kairosApi } from "../../chains/kairos/src/api/kairosApi.ts";
import { kairosSubscriptions } from "../../chains/kairos/src/api/subscriptions.ts";
import { kratosApi } from "../../chains/kratos/src/api/kratosApi.ts";
import { kratosMethodNotes } from "./kratosMethodNotes.ts";
import { methodNotes } from "./methodNotes.ts";
import { folder, referencePages } from "./write.ts";

test("the pages of docs/reference are what the code says", async () => {
  const pages = await referencePages();
  assert.deepEqual(readdirSync(folder).sort(), pages.map(({ file }) => file).sort());
  for (const { file, text } of pages) {
    assert.equal(readFileSync(join(folder, file), "utf8"), text, `${file}: node tools/reference/write.ts`);
  }
});

test("every JSON-RPC method has a note, and no other", () => {
  const methods = Object.keys({ ...kairosApi, ...kairosSubscriptions });
  assert.deepEqual(Object.keys(methodNotes).sort(), methods.sort());
  assert.deepEqual(Object.keys(kratosMethodNotes).sort(), Object.keys(kratosApi).sort());
});

test("no cell of the tables is empty where something must be said", async () => {
  for (const { file, text } of await referencePages()) {
    for (const line of text.split("\n").filter((one) => one.startsWith("| "))) {
      const cells = line.slice(2, -2).split(" | ");
      assert.ok(cells[0] !== "" && cells.at(-1)!.trim() !== "", `${file}: ${line}`);
    }
  }
});
