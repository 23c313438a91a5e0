import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Row } from "@polis/ports";
import { openStorage } from "./openStorage.ts";

/** Measures journal appends, finalization batches and reads. Run: `node commit.bench.ts [directory]`. */
const ROWS = 6_000;
const path = mkdtempSync(join(process.argv[2] ?? ".", "bench-"));
const storage = await openStorage({ path, tables: ["accounts", "journal"], schema: 1, identity: "00" });

function report(name: string, times: number[]): void {
  times.sort((a, b) => a - b);
  const at = (q: number) => (times[Math.floor(q * (times.length - 1))] as number).toFixed(3);
  console.log(`${name}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`);
}

const accounts = (): Row[] =>
  Array.from({ length: ROWS }, () => ({ table: "accounts", key: randomBytes(20), value: randomBytes(100) }));

async function appends(name: string): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < 300; i++) {
    const rows = [{ table: "journal", key: randomBytes(17), value: randomBytes(64) }];
    const start = performance.now();
    await storage.journal.append(rows);
    times.push(performance.now() - start);
  }
  report(name, times);
}

await appends("journal append, new store");
const main: number[] = [];
const whole: number[] = [];
let last: Row[] = [];
for (let i = 0; i < 20; i++) {
  last = accounts();
  const start = performance.now();
  const commit = storage.store.commit(last);
  main.push(performance.now() - start);
  await commit;
  whole.push(performance.now() - start);
}
report(`batch of ${ROWS} rows, main thread`, main);
report(`batch of ${ROWS} rows, durable`, whole);
await appends("journal append, after the batches");
const start = performance.now();
for (let i = 0; i < 100_000; i++) storage.store.get("accounts", (last[i % ROWS] as Row).key);
console.log(`reads: ${((performance.now() - start) / 100).toFixed(2)} us each`);
await storage.close();
rmSync(path, { recursive: true });
