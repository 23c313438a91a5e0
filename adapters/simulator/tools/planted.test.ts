import assert from "node:assert/strict";
import { test } from "node:test";
import { BUGS, type Bug } from "./bugs.ts";
import { PatchError, plant } from "./plant.ts";

/** Searched when a change of the replica has moved a bug's history away from its recorded seed. */
const SEARCH = 60;

for (const bug of BUGS) {
  const outcome = bug.killedBy === undefined ? "is known to survive" : "is found";
  test(`planted bug ${bug.id} ${outcome}: ${bug.name}`, async (t) => {
    const runSeed = await plant(bug);
    const { killedBy } = bug;
    if (killedBy === undefined) {
      assert.ok(bug.survives, "a survivor needs its reason");
      t.diagnostic(bug.survives);
      return;
    }
    const violations = runSeed(killedBy).violations;
    if (violations.length > 0) return;
    for (let seed = 0; seed < SEARCH; seed++) {
      if (runSeed(seed).violations.length === 0) continue;
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
