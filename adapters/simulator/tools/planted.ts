import { parseArgs } from "node:util";
import { BUGS } from "./bugs.ts";
import { find, plant } from "./plant.ts";

/**
 * Plants one bug after another into the replica and searches campaign seeds until one fails:
 * `node adapters/simulator/tools/planted.ts [--bug N] [--seeds M] [--first S] [--rate]`. A bug that they do not find must
 * die by its directed schedule. Exit code 1 when one survives.
 */
const { values } = parseArgs({
  options: {
    bug: { type: "string" },
    seeds: { type: "string", default: "300" },
    first: { type: "string", default: "0" },
    rate: { type: "boolean", default: false },
  },
});
const first = Number(values.first);
const count = Number(values.seeds);
let survivors = 0;
for (const bug of BUGS) {
  if (values.bug !== undefined && bug.id !== Number(values.bug)) continue;
  const planted = await plant(bug);
  const { killedBy } = bug;
  let killed = 0;
  let line = "survived";
  for (let seed = first; seed < first + count; seed++) {
    const found = find(planted, seed);
    if (found === undefined) continue;
    if (killed++ === 0) line = `killed by seed ${seed}: ${found.slice(0, 100)}`;
    if (!values.rate) break;
  }
  if (killed === 0 && typeof killedBy !== "number") {
    const found = find(planted, killedBy);
    if (found !== undefined) line = `killed by ${killedBy}: ${found.slice(0, 100)}`;
  }
  if (line === "survived") survivors++;
  const rate = values.rate ? ` (${killed} of ${count} seeds)` : "";
  process.stdout.write(`${String(bug.id).padStart(2)} ${bug.name}: ${line}${rate}\n`);
}
process.exitCode = survivors === 0 ? 0 : 1;
