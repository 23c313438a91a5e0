import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { it } from "node:test";
import { openStorage } from "./openStorage.ts";
import { temporaryDirectory, testOptions } from "./testing.ts";

const KILLS = 20;
const ROWS = 40;

/** Commits batch after batch, each of `ROWS` rows with the number of the batch, and prints what is acknowledged. */
function writerScript(path: string): string {
  return `
    import { writeSync } from "node:fs";
    import { openStorage } from ${JSON.stringify(join(import.meta.dirname, "index.ts"))};
    const { store, journal } = await openStorage(${JSON.stringify(testOptions(path))});
    const number = (n) => { const b = Buffer.alloc(4); b.writeUInt32BE(n); return b; };
    const last = store.get("journal", number(0));
    for (let n = (last === undefined ? 0 : last.readUInt32BE()) + 1; ; n++) {
      const value = Buffer.concat([number(n), Buffer.alloc(n % 500)]);
      const rows = Array.from({ length: ${ROWS} }, (_, i) => ({ table: i % 2 ? "a" : "b", key: number(i), value }));
      const commit = store.commit(rows);
      await journal.append([{ table: "journal", key: number(0), value: number(n) }]);
      await commit;
      writeSync(1, n + "\\n");
    }`;
}

/** Runs the writer until it has acknowledged `batches` more, kills it at once, and returns the last acknowledged. */
async function runAndKill(path: string, batches: number): Promise<number> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", writerScript(path)]);
  let printed = "";
  let complaint = "";
  let lines = 0;
  child.stderr.on("data", (data) => (complaint += data));
  child.stdout.on("data", (data: Buffer) => {
    printed += data;
    lines += data.filter((byte) => byte === 10).length;
    if (lines >= batches) child.kill("SIGKILL");
  });
  const signal = await new Promise((resolve) => child.on("close", (_code, killedBy) => resolve(killedBy)));
  assert.equal(signal, "SIGKILL", complaint);
  return Number(printed.slice(0, printed.lastIndexOf("\n")).split("\n").pop());
}

it(`loses nothing acknowledged and tears no batch in ${KILLS} kills (kairos S4)`, async (t) => {
  const path = temporaryDirectory(t);
  for (let kill = 0; kill < KILLS; kill++) {
    const acknowledged = await runAndKill(path, 1 + ((kill * 7) % 40));
    const storage = await openStorage(testOptions(path));
    const numbers = [..."ab"].flatMap((table) =>
      [...storage.store.range(table, { limit: 99 })].map(([, value]) => Buffer.from(value).readUInt32BE()),
    );
    assert.equal(numbers.length, ROWS);
    assert.deepEqual(new Set(numbers).size, 1, "all rows are of one batch");
    assert.ok((numbers[0] as number) >= acknowledged, `found ${numbers[0]}, acknowledged ${acknowledged}`);
    assert.deepEqual(storage.verify().corrupt, []);
    await storage.close();
  }
});
