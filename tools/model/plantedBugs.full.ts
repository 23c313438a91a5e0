import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

const RULES = "kernel/minimmit/src/rules";

/** Bugs in the replica that the model must notice. Each fragment is replaced wherever it occurs in the file. */
const BUGS: readonly {
  readonly name: string;
  readonly file: string;
  readonly fragment: string;
  readonly bug: string;
}[] = [
  {
    name: "R21: a contradiction on f+1 conflicting replicas",
    file: `${RULES}/contradiction.ts`,
    fragment: "s.quorum.m",
    bug: "(s.quorum.f + 1)",
  },
  {
    name: "R13: a late notarize after a nullify",
    file: `${RULES}/lateNotarize.ts`,
    fragment: '|| s.signer.nullified(view)) return "never"',
    bug: ') return "never"',
  },
  {
    name: "R13: a late notarize beside a nullification or a second notarization",
    file: `${RULES}/lateNotarize.ts`,
    fragment: 'if (vs.nullification !== undefined || vs.notarizations.size > 1) return "never";',
    bug: "",
  },
  {
    name: "R9: a parent across a view without a nullification",
    file: `${RULES}/proofs.ts`,
    fragment: "if (s.views.get(i as View)?.nullification === undefined) missing.push(i as View);",
    bug: "",
  },
  {
    name: "R6: a parent selected below an unproven view",
    file: `${RULES}/selectParent.ts`,
    fragment: "if (vs?.nullification === undefined) return",
    bug: "if (i < 0) return",
  },
];

for (const { name, file, fragment, bug } of BUGS) {
  test(`the model's runs expose ${name}`, (t) => {
    const child = spawnSync(process.execPath, [join(import.meta.dirname, "replayWithBug.ts"), file, fragment, bug], {
      encoding: "utf8",
    });
    assert.equal(child.status, 0, child.stderr);
    const { runs, caught } = JSON.parse(child.stdout) as { runs: number; caught: number };
    t.diagnostic(`differs in ${caught} of ${runs} runs`);
    assert.ok(caught > 0, `${runs} runs notice nothing`);
  });
}
