import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { checkDataFile } from "./checkFile.ts";
import { freeSpace } from "./freeSpace.ts";
import { openStorage } from "./openStorage.ts";
import { bytes, row, temporaryDirectory, testOptions, text } from "./testing.ts";
import type { StorageOptions } from "./types.ts";

it("survives closing and opening, in a directory of mode 0700 (kairos S8)", async (t) => {
  const options = testOptions(join(temporaryDirectory(t), "deep", "store"));
  const first = await openStorage(options);
  assert.equal(statSync(options.path).mode & 0o777, 0o700);
  await first.store.commit([row("a", "k", "1")]);
  await first.close();
  const second = await openStorage(options);
  assert.equal(text(second.store.get("a", bytes("k"))), "1");
  await second.close();
});

it("refuses another schema or another network, with a hint (kairos S7)", async (t) => {
  const options = testOptions(temporaryDirectory(t));
  await (await openStorage(options)).close();
  for (const [change, code] of [
    [{ schema: 2 }, "SCHEMA_NEWER"],
    [{ schema: 4 }, "SCHEMA_OLDER"],
    [{ identity: "cd".repeat(32) }, "WRONG_NETWORK"],
  ] as const) {
    await assert.rejects(openStorage({ ...options, ...change }), (error: Error & { code?: string; hint?: string }) => {
      assert.equal(error.code, code);
      assert.ok(error.hint);
      return true;
    });
  }
  await (await openStorage(options)).close();
});

it("lets one writer in, also from another process, and any number of readers (kairos S8)", async (t) => {
  const options = testOptions(temporaryDirectory(t));
  const writer = await openStorage(options);
  await assert.rejects(openStorage(options), { code: "STORAGE_LOCKED" });
  const script = `
    import { openStorage } from ${JSON.stringify(join(import.meta.dirname, "index.ts"))};
    try { await openStorage(${JSON.stringify(options)}); console.log("opened"); } catch (e) { console.log(e.code); }`;
  const other = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  assert.equal(other.stdout.trim(), "STORAGE_LOCKED", other.stderr);
  await writer.store.commit([row("a", "k", "1")]);
  const reader = await openStorage({ ...options, readOnly: true });
  assert.equal(text(reader.store.get("a", bytes("k"))), "1");
  await assert.rejects(reader.store.commit([row("a", "k", "2")]), { code: "STORAGE_READ_ONLY" });
  await reader.close();
  await writer.close();
  await (await openStorage(options)).close();
});

it("refuses to read what is not there, and creates nothing", async (t) => {
  const path = temporaryDirectory(t);
  await assert.rejects(openStorage({ ...testOptions(path), readOnly: true }), { code: "STORAGE_MISSING" });
  await (await openStorage(testOptions(path))).close();
  const more = testOptions(path, { tables: ["a", "new"], readOnly: true });
  await assert.rejects(openStorage(more), { code: "STORAGE_MISSING" });
});

it("copies itself while it is used", async (t) => {
  const path = temporaryDirectory(t);
  const storage = await openStorage(testOptions(join(path, "s")));
  await storage.store.commit([row("a", "k", "1")]);
  mkdirSync(join(path, "copy"));
  await storage.backup(join(path, "copy"));
  await storage.close();
  const copy = await openStorage(testOptions(join(path, "copy")));
  assert.equal(text(copy.store.get("a", bytes("k"))), "1");
  await copy.close();
});

/** Appends until the disk is full, then shows what a node does: no further answers, and exit with the error's code. */
function fillScript(options: StorageOptions): string {
  return `
    import { writeSync } from "node:fs";
    import { openStorage } from ${JSON.stringify(join(import.meta.dirname, "index.ts"))};
    let reported;
    // The engine rejects a failed commit twice more outside the awaited promise.
    process.on("unhandledRejection", () => {});
    const storage = await openStorage({ ...${JSON.stringify(options)}, onFailure: (e) => (reported = e) });
    for (let n = 0; ; n++) {
      const key = Buffer.from("k" + n);
      try { await storage.journal.append([{ table: "journal", key, value: Buffer.alloc(3000, n) }]); }
      catch (error) {
        let get, append;
        try { storage.store.get("a", key); } catch (e) { get = e.code; }
        await storage.journal.append([]).catch((e) => (append = e.code));
        await storage.close();
        writeSync(1, JSON.stringify({ n, code: error.code, same: error === reported, get, append }));
        process.exitCode = error.exitCode;
        break;
      }
    }`;
}

const fillDisk = (options: StorageOptions) =>
  spawnSync(process.execPath, ["--input-type=module", "-e", fillScript(options)], {
    encoding: "utf8",
    timeout: 60_000,
  });

it("a full disk rejects, loses nothing acknowledged, and resumes after space is freed (testing 8.6)", async (t) => {
  const path = temporaryDirectory(t);
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", path]);
  if (mounted.status !== 0) return t.skip("needs the right to mount a small file system");
  try {
    const filler = join(path, "filler");
    writeFileSync(filler, Buffer.alloc(3 << 20));
    assert.equal(freeSpace(path).low, true);
    const run = fillDisk(testOptions(join(path, "s")));
    assert.equal(run.status, 75, run.stderr);
    const { n: acknowledged, ...seen } = JSON.parse(run.stdout) as { n: number };
    const full = "STORAGE_FULL";
    assert.deepEqual(seen, { code: full, same: true, get: full, append: full });
    // Here the write itself fails, as with a quota or a race for the last bytes: the process ends, in either way.
    const native = fillDisk(testOptions(join(path, "t"), { reserveBytes: 0 }));
    assert.ok(native.status === 75 || native.signal === "SIGABRT", `${native.status} ${native.signal}`);
    const last = Number(/\{"n":(\d+)/.exec(native.stdout)?.[1]);
    assert.ok(acknowledged > 100 && last > acknowledged);
    truncateSync(filler, 0);
    for (const [directory, count] of [
      ["s", acknowledged],
      ["t", last],
    ] as const) {
      const again = await openStorage(testOptions(join(path, directory), { reserveBytes: 0 }));
      for (let i = 0; i < count; i++) assert.ok(again.store.get("journal", bytes(`k${i}`)), `k${i}`);
      await again.journal.append([row("journal", "after", "1")]);
      await again.close();
    }
  } finally {
    spawnSync("umount", [path]);
  }
});

it("refuses a file that is cut off, empty of meta pages, or not a database", async (t) => {
  const options = testOptions(temporaryDirectory(t));
  const storage = await openStorage(options);
  await storage.store.commit(Array.from({ length: 200 }, (_, i) => row("a", `k${i}`, "x".repeat(500))));
  await storage.close();
  const file = join(options.path, "data.mdb");
  const whole = readFileSync(file);
  for (const length of [1, 4095, 8192]) {
    writeFileSync(file, whole.subarray(0, length));
    await assert.rejects(openStorage(options), { code: "STORAGE_CORRUPT" }, `${length} bytes`);
  }
  // The last pages may be free ones; as soon as a row is lost, the store is refused.
  let refused = 0;
  for (let pages = 1; pages <= 8; pages++) {
    writeFileSync(file, whole.subarray(0, whole.length - pages * 4096));
    try {
      const opened = await openStorage(options);
      for (let i = 0; i < 200; i++) assert.equal(opened.store.get("a", bytes(`k${i}`))?.length, 500);
      assert.equal(refused, 0, "a shorter file has not more rows");
      await opened.close();
    } catch (error) {
      assert.equal((error as { code?: string }).code, "STORAGE_CORRUPT", String(error));
      refused++;
    }
  }
  assert.ok(refused > 0, "pages with rows were cut off");
  writeFileSync(file, Buffer.alloc(whole.length, 7));
  await assert.rejects(openStorage(options), { code: "STORAGE_CORRUPT" });
  writeFileSync(file, whole);
  await (await openStorage(options)).close();
});

it("opens a file that lacks pages which a transaction took and gave back, as deletions do", async (t) => {
  const options = testOptions(temporaryDirectory(t));
  const storage = await openStorage(options);
  const file = join(options.path, "data.mdb");
  const crashed = testOptions(temporaryDirectory(t));
  mkdirSync(crashed.path, { recursive: true });
  let missing = 0;
  for (let round = 0; round < 200 && missing === 0; round++) {
    const made = Array.from({ length: 40 }, (_, i) => row("a", `k${round}-${i}`, "x".repeat(300)));
    const gone = Array.from({ length: 40 }, (_, i) => row("a", `k${round - 1}-${i}`, undefined));
    await storage.store.commit([...made, ...gone]);
    missing = checkDataFile(file);
    // What a crash at this moment leaves.
    if (missing > 0) copyFileSync(file, join(crashed.path, "data.mdb"));
  }
  assert.ok(missing > 0, "LMDB has counted a page that it never wrote");
  const reader = await openStorage({ ...options, readOnly: true });
  const rows = [...reader.store.range("a", { limit: 100 })];
  assert.equal(rows.length, 40);
  await reader.close();
  await storage.close();
  assert.equal(checkDataFile(file), 0, "a store that was closed is not short");
  const again = await openStorage(crashed);
  assert.deepEqual([...again.store.range("a", { limit: 100 })], rows);
  await again.store.commit([row("a", "after", "1")]);
  await again.close();
  assert.equal(checkDataFile(join(crashed.path, "data.mdb")), 0);
});

it("finds every flipped bit in a value, and never serves it (testing R9)", async (t) => {
  const options = testOptions(temporaryDirectory(t));
  const storage = await openStorage(options);
  const marker = "the value of this row ".repeat(4);
  await storage.store.commit([row("a", "good", "fine"), row("a", "bad", marker)]);
  await storage.close();
  const file = join(options.path, "data.mdb");
  const whole = readFileSync(file);
  const at = whole.indexOf(marker);
  assert.ok(at > 0 && whole.indexOf(marker, at + 1) < 0, "the value is in the file once");
  for (let bit = 0; bit < 8; bit++) {
    const damaged = Buffer.from(whole);
    damaged[at + bit * 7] = (damaged[at + bit * 7] as number) ^ (1 << bit);
    writeFileSync(file, damaged);
    const reopened = await openStorage(options);
    assert.throws(() => reopened.store.get("a", bytes("bad")), { code: "STORAGE_CORRUPT" });
    assert.throws(() => [...reopened.store.range("a", { limit: 9 })], { code: "STORAGE_CORRUPT" });
    assert.equal(text(reopened.store.get("a", bytes("good"))), "fine");
    assert.deepEqual(reopened.verify().corrupt, ["a 0x626164"]);
    await reopened.close();
  }
});

it("counts batches that still wait for the disk when it asks whether there is room for another", async (t) => {
  const options = testOptions(temporaryDirectory(t));
  await (await openStorage(options)).close();
  const batchBytes = 12 << 20;
  // Room for two batches and a half, with some for what else is written to this disk meanwhile.
  const { freeBytes } = freeSpace(options.path);
  const storage = await openStorage({ ...options, reserveBytes: freeBytes - 5 * batchBytes });
  const value = new Uint8Array(batchBytes);
  const commits = ["k", "l", "m", "n"].map((key) => storage.store.commit([{ table: "a", key: bytes(key), value }]));
  const outcomes = (await Promise.allSettled(commits)).map((one) => (one.status === "rejected" ? one.reason.code : ""));
  assert.equal(outcomes[0], "");
  assert.equal(outcomes[3], "STORAGE_FULL");
  await storage.close();
});
