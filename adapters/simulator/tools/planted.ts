import { parseArgs } from "node:util";
import { BUGS } from "./bugs.ts";
import { plant } from "./plant.ts";

/**
 * Plants one bug after another into the replica and searches campaign seeds until one fails:
 * `node adapters/simulator/tools/planted.ts [--bug N] [--seeds M] [--first S] [--rate]`. Exit code 1 when a bug survives
 * that is not known to.
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
  const runSeed = await plant(bug);
  let killed = 0;
  let line = "survived";
  for (let seed = first; seed < first + count; seed++) {
    const violation = runSeed(seed).violations[0];
    if (violation === undefined) continue;
    if (killed++ === 0) line = `killed by seed ${seed}: ${violation.code} ${violation.message.slice(0, 100)}`;
    if (!values.rate) break;
  }
  if (killed === 0 && bug.survives === undefined) survivors++;
  const rate = values.rate ? ` (${killed} of ${count} seeds)` : "";
  process.stdout.write(`${String(bug.id).padStart(2)} ${bug.name}: ${line}${rate}\n`);
}
process.exitCode = survivors === 0 ? 0 : 1;
