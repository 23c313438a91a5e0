import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { zstdDecompressSync } from "node:zlib";
import { metaKeys, u64Key } from "@polis/minimmit";
import { type RestoreRequest, restoreBackup } from "./restoreBackup.ts";
import { backupOf, contents, folder, genesisHash, openSmall, smallRows } from "./testing/smallStore.ts";
import { writeBackup } from "./writeBackup.ts";

const nothing = () => undefined;
const request = (file: string, storagePath: string, more: Partial<RestoreRequest> = {}): RestoreRequest => ({
  ...{ file, storagePath, genesisHash, mapSizeBytes: 1 << 28, force: false, withJournal: false, ...more },
});

/** A store of 2,500 accounts, more than a chunk, and a backup of it; the store stays open and is written to meanwhile. */
async function backedUp(t: { after(run: () => unknown): void }) {
  const dir = folder(t);
  const storage = await openSmall(join(dir, "data"));
  t.after(() => storage.close());
  await storage.store.commit(smallRows(2_500));
  const before = contents(storage);
  const seen: number[] = [];
  let writes = 0;
  const backup = await writeBackup(backupOf(join(dir, "data"), join(dir, "out")), (done, total) => {
    seen.push(done / total);
    const value = Buffer.alloc(50, writes);
    void storage.store.commit([
      { table: "accounts", key: u64Key(2_400 + writes), value },
      { table: "tx_index", key: u64Key(writes++), value },
    ]);
  });
  assert.ok(writes > 3, "the store was written to meanwhile");
  assert.deepEqual(
    seen,
    seen.toSorted((a, b) => a - b),
  );
  assert.equal(seen.at(-1), 1);
  assert.deepEqual(
    backup.manifest.chunks.flatMap(({ name }) => (name.startsWith("rows/accounts") ? [name] : [])),
    ["rows/accounts/0000000", "rows/accounts/0000001"],
  );
  return { dir, storage, before, ...backup };
}

const journalRow = (line: string) =>
  /^(journal|meta 6a6f75726e616c |meta 736166655f76696577 |blocks (02){32})/.test(line);

test("a backup of a store that is written to shows one moment, without the journal, and is restored as it was", async (t) => {
  const { dir, before, file, manifest } = await backedUp(t);
  assert.equal(file, join(dir, "out", "kairos-backup-20261121_160509.tar.zst"));
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(join(dir, "out")), ["kairos-backup-20261121_160509.tar.zst"]);
  assert.deepEqual([manifest.height, manifest.blockHash, manifest.journal], [7, "01".repeat(32), false]);
  const steps: string[] = [];
  await restoreBackup(request(file, join(dir, "new")), (step, done, total) => {
    assert.ok(done > 0 && done <= total, `${step}: ${done} of ${total}`);
    if (done === total) steps.push(step);
  });
  assert.ok(steps.includes("checking") && steps.at(-1) === "restoring");
  assert.deepEqual(
    readdirSync(join(dir, "new")).filter((name) => /partial/.test(name)),
    [],
  );
  assert.equal(statSync(join(dir, "new")).mode & 0o777, 0o700);
  const restored = await openSmall(join(dir, "new"));
  t.after(() => restored.close());
  assert.deepEqual(
    contents(restored),
    before.filter((line) => !journalRow(line)),
  );
  assert.equal(before.filter(journalRow).length, 4);
  assert.equal(restored.store.get("meta", metaKeys.journal), undefined);
});

test("a journal moves only out of a store that no node runs on, and is gone there; a restore takes it when asked", async (t) => {
  const dir = folder(t);
  const [data, out] = [join(dir, "data"), join(dir, "out")];
  const storage = await openSmall(data);
  await storage.store.commit(smallRows(10));
  const before = contents(storage);
  const moved = backupOf(data, out, { withJournal: true });
  await assert.rejects(writeBackup(moved, nothing), { code: "STORAGE_LOCKED" });
  await storage.close();
  const { file, manifest } = await writeBackup(moved, nothing);
  assert.equal(manifest.journal, true);
  const rowsOf = async (path: string) => {
    const opened = await openSmall(path);
    const rows = contents(opened);
    await opened.close();
    return rows;
  };
  const without = before.filter((line) => !journalRow(line));
  assert.deepEqual(await rowsOf(data), without, "the old store would follow");
  await restoreBackup(request(file, join(dir, "a"), { withJournal: true }), nothing);
  assert.deepEqual(await rowsOf(join(dir, "a")), before);
  await restoreBackup(request(file, join(dir, "b")), nothing);
  assert.deepEqual(await rowsOf(join(dir, "b")), without);
});

test("a restore into a store that exists, runs, or is another network's is refused, and changes nothing", async (t) => {
  const { dir, storage, file } = await backedUp(t);
  const data = join(dir, "data");
  const now = contents(storage);
  const refused = (more: Partial<RestoreRequest>, code: string, path = data) =>
    assert.rejects(restoreBackup(request(file, path, more), nothing), { code });
  await refused({}, "RESTORE_EXISTS");
  await refused({ force: true }, "STORAGE_LOCKED");
  await refused({ force: true, genesisHash: "cd".repeat(32) }, "BACKUP_NETWORK");
  await refused({ withJournal: true, force: true }, "RESTORE_JOURNAL");
  await refused({ file: join(dir, "absent") }, "BACKUP_FILE", join(dir, "other"));
  await refused({ file: dir }, "BACKUP_FILE", join(dir, "other"));
  assert.deepEqual(contents(storage), now);
  await storage.close();
  const last: number[] = [];
  await restoreBackup(request(file, data, { force: true, beforeReplacing: () => void last.push(1) }), nothing);
  assert.deepEqual(last, [1]);
  const again = await openSmall(data);
  t.after(() => again.close());
  assert.equal(again.store.get("tx_index", u64Key(0)), undefined);
});

test("a file that is cut off or changed anywhere is refused before anything is written", async (t) => {
  const { dir, file } = await backedUp(t);
  const good = readFileSync(file);
  const other = join(dir, "other.tar.zst");
  const target = join(dir, "never");
  const damaged = async (bytes: Uint8Array) => {
    writeFileSync(other, bytes);
    await assert.rejects(restoreBackup(request(other, target), nothing), { code: /^BACKUP_(DAMAGED|MANIFEST)$/ });
    assert.equal(existsSync(target), false);
  };
  for (let i = 0; i < 12; i++) {
    const flipped = Buffer.from(good);
    const at = Math.floor((good.length * (i + 0.5)) / 12);
    flipped[at] = flipped[at]! ^ 1;
    await damaged(flipped);
  }
  writeFileSync(other, good);
  truncateSync(other, good.length - 100);
  await damaged(readFileSync(other));
  // Not compressed at all, and nothing.
  await damaged(zstdDecompressSync(good));
  await damaged(new Uint8Array(0));
});

test("a restore that is killed leaves what was there before, whole, and the next one works", async (t) => {
  const { dir, storage, before, file } = await backedUp(t);
  await storage.close();
  const data = join(dir, "data");
  const script = join(import.meta.dirname, "testing", "restoreAndDie.ts");
  const open = async (path: string) => {
    const opened = await openSmall(path);
    const rows = contents(opened);
    await opened.close();
    return rows;
  };
  const now = await open(data);
  const fresh = join(dir, "fresh");
  for (const [moment, path] of [
    ["writing", fresh],
    ["replacing", data],
  ] as const) {
    const asked = JSON.stringify(request(file, path, { force: true }));
    const { signal, stderr } = spawnSync(process.execPath, [script, asked, moment], { encoding: "utf8" });
    assert.equal(signal, "SIGKILL", stderr);
  }
  assert.deepEqual(await open(data), now);
  assert.equal(existsSync(join(fresh, "data.mdb")), false);
  for (const path of [fresh, data]) {
    await restoreBackup(request(file, path, { force: true }), nothing);
    assert.deepEqual(
      await open(path),
      before.filter((line) => !journalRow(line)),
    );
  }
});

test("what an interrupted restore left is removed by the next one; a failed backup leaves nothing", async (t) => {
  const { dir, file } = await backedUp(t);
  const target = join(dir, "new");
  mkdirSync(join(target, "restore.partial"), { recursive: true });
  writeFileSync(join(target, "restore.partial", "data.mdb"), "half");
  await restoreBackup(request(file, target), nothing);
  assert.deepEqual(readdirSync(target).includes("restore.partial"), false);
  const wrong = backupOf(join(dir, "data"), join(dir, "bad"), { genesisHash: "cd".repeat(32) });
  await assert.rejects(writeBackup(wrong, nothing), { code: "WRONG_NETWORK" });
  await assert.rejects(writeBackup(backupOf(join(dir, "absent"), join(dir, "bad")), nothing), {
    code: "STORAGE_MISSING",
  });
  const broken = writeBackup(backupOf(join(dir, "data"), join(dir, "bad")), () => {
    throw new Error("the terminal is gone");
  });
  await assert.rejects(broken, /the terminal is gone/);
  assert.deepEqual(readdirSync(join(dir, "bad")), []);
});
