import assert from "node:assert/strict";
import { test } from "node:test";
import { BUGS, type Bug } from "./bugs.ts";
import { find, PatchError, plant } from "./plant.ts";

/** Searched when a change of the replica has moved a bug's history away from its recorded seed. */
const SEARCH = 60;

for (const bug of BUGS) {
  test(`planted bug ${bug.id} is found: ${bug.name}`, async (t) => {
    const planted = await plant(bug);
    const { killedBy } = bug;
    const found = find(planted, killedBy);
    t.diagnostic(`${killedBy}: ${found?.slice(0, 120)}`);
    if (found !== undefined) return;
    assert.ok(typeof killedBy === "number", `${killedBy} does not find bug ${bug.id}`);
    for (let seed = 0; seed < SEARCH; seed++) {
      if (find(planted, seed) === undefined) continue;
      t.diagnostic(`seed ${killedBy} does not find it any more: record seed ${seed} in tools/bugs.ts`);
      return;
    }
    assert.fail(`neither seed ${killedBy} nor the first ${SEARCH} find bug ${bug.id}`);
  });
}

test("a fragment that does not occur exactly once is refused", async () => {
  const bug: Bug = {
    id: 999,
    name: "misfit",
    patches: [{ file: "params.ts", find: "no such text", replace: "" }],
    killedBy: 0,
  };
  await assert.rejects(plant(bug), PatchError);
});
