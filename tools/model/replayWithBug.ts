import { registerHooks } from "node:module";

// node tools/model/replayWithBug.ts <end of a source's path> <fragment> <replacement>
// Replays guided traces on a replica in whose source the fragment is replaced, and prints how many differ.
const [file, fragment, replacement] = process.argv.slice(2);
if (file === undefined || fragment === undefined || replacement === undefined) {
  throw new Error("usage: replayWithBug.ts <file> <fragment> <replacement>");
}

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (!url.endsWith(file)) return loaded;
    const source = String(loaded.source);
    if (!source.includes(fragment)) throw new Error(`${file} no longer contains ${fragment}`);
    return { ...loaded, source: source.replaceAll(fragment, replacement) };
  },
});

// The replica is loaded only now, behind the hook.
const { makeTraces } = await import("./makeTraces.ts");
const { replay } = await import("./replay.ts");
let runs = 0;
let caught = 0;
for (const [configuration, faulty] of [
  ["leaderFaulty", 1],
  ["voterFaulty", 5],
] as const) {
  for (const trace of await makeTraces(configuration, 40, 77)) {
    runs++;
    try {
      replay(trace, [faulty]);
    } catch {
      caught++;
    }
  }
}
console.log(JSON.stringify({ runs, caught }));
