import { stage } from "@polis/simulator";
import type { Benchmark } from "./types.ts";

const SPLIT_MS = 600_000;
const LIMIT_MS = 30_000;

/** Z20: replicas 0 and 1 are cut off from the other four for ten minutes, so that nobody can finalize; then it heals. */
export const split: Benchmark = {
  name: "split",
  run: async ({ quick }) => {
    const times: (number | undefined)[] = [];
    const openViews: number[] = [];
    let violations = 0;
    const seeds = quick ? 1 : 3;
    for (let seed = 1; seed <= seeds; seed++) {
      const scene = stage({ seed });
      scene.run(2000);
      scene.split([0, 1]);
      scene.run(SPLIT_MS);
      openViews.push(...scene.nodes.map(({ replica }) => (replica ? replica.view - replica.finalizedView : 0)));
      scene.heal();
      times.push(scene.untilProgress(LIMIT_MS, 1));
      violations += scene.oracle.violations.length;
    }
    const slowest = times.includes(undefined) ? undefined : Math.max(...times.map((ms) => ms ?? 0));
    return [
      {
        name: "A 10-minute 4/2 split in the simulator",
        goal: "all at the tip within 30 s of virtual time after healing",
        measured: {
          "slowest s": slowest === undefined ? null : slowest / 1000,
          seeds,
          "most open views": Math.max(...openViews),
          violations,
        },
        met: slowest !== undefined && violations === 0,
        note: "all six have finalized a block that is newer than any before the healing",
      },
    ];
  },
};
