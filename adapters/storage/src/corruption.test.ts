import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { openStorage } from "./openStorage.ts";
import { row, temporaryDirectory, testOptions } from "./testing.ts";

const ROWS = 300;
const FILES = 8;
const FLIPS = 40;

/** Reads every row in both ways and prints how many came back wrong, and the code of the first error. */
function readerScript(path: string): string {
  return `
    import { openStorage } from ${JSON.stringify(join(import.meta.dirname, "index.ts"))};
    let wrong = 0;
    const codes = new Set();
    const attempt = (f) => { try { f(); } catch (error) { codes.add(error.code ?? String(error)); } };
    try {
      const { store } = await openStorage(${JSON.stringify(testOptions(path))});
      const check = (key, value) => {
        const text = Buffer.from(value).toString("latin1");
        if (text !== Buffer.from(key).toString("latin1").repeat(12)) wrong++;
      };
      for (let i = 0; i < ${ROWS}; i++) attempt(() => {
        const key = Buffer.from("key " + i);
        const value = store.get("a", key);
        if (value !== undefined) check(key, value);
      });
      attempt(() => { for (const [key, value] of store.range("a", { limit: 1000 })) check(key, value); });
    } catch (error) { codes.add(error.code ?? String(error)); }
    console.log(JSON.stringify({ wrong, codes: [...codes] }));
`;
}

/** A small generator, so that every run flips the same bits. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

it("a file with bits flipped anywhere never gives a wrong value (testing R9)", { timeout: 60_000 }, async (t) => {
  const path = temporaryDirectory(t);
  const storage = await openStorage(testOptions(path));
  await storage.store.commit(Array.from({ length: ROWS }, (_, i) => row("a", `key ${i}`, `key ${i}`.repeat(12))));
  await storage.close();
  const file = join(path, "data.mdb");
  const whole = readFileSync(file);
  let noticed = 0;
  for (let n = 0; n < FILES; n++) {
    const random = randomFrom(n + 1);
    const damaged = Buffer.from(whole);
    for (let i = 0; i < FLIPS; i++) {
      const at = random(damaged.length);
      damaged[at] = (damaged[at] as number) ^ (1 << random(8));
    }
    writeFileSync(file, damaged);
    const args = ["--input-type=module", "-e", readerScript(path)];
    const run = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 10_000 });
    // Damage to LMDB's own pages can end the process with a signal: it stops, and serves nothing.
    if (run.status !== 0) {
      noticed++;
      continue;
    }
    const { wrong, codes } = JSON.parse(run.stdout) as { wrong: number; codes: string[] };
    assert.equal(wrong, 0, `file ${n}`);
    for (const code of codes) assert.match(code, /^STORAGE_(CORRUPT|IO)$/, `file ${n}`);
    if (codes.length > 0) noticed++;
  }
  assert.ok(noticed >= FILES / 2, `${noticed} of ${FILES} were noticed`);
});
