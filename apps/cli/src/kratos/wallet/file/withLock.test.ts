import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setImmediate as tick } from "node:timers/promises";
import { walletFolder } from "./walletFolder.ts";
import { withLock } from "./withLock.ts";

function place(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), "kratos-lock-"));
  t.after(() => rmSync(dir, { recursive: true }));
  return { folder: walletFolder(dir), lock: join(dir, "wallet.lock") };
}

test("work with one wallet is done one after the other, and errors give the lock back", async (t) => {
  const { folder, lock } = place(t);
  let [running, most] = [0, 0];
  const work = (i: number) => async () => {
    most = Math.max(most, ++running);
    await tick();
    running--;
    if (i === 1) throw new Error("failed");
    return i;
  };
  const all = await Promise.allSettled([0, 1, 2].map((i) => withLock(folder, () => tick(), work(i))));
  assert.deepEqual(
    all.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  assert.equal(most, 1);
  assert.ok(!existsSync(lock));
});

test("the lock of a dead process, and one of nobody, is taken over; that of a living one is not", async (t) => {
  const { folder, lock } = place(t);
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  const isTaken = () => assert.fail("waited");
  for (const owner of [String(pid), "", "x"]) {
    writeFileSync(lock, owner);
    utimesSync(lock, 1, 1);
    assert.equal(await withLock(folder, isTaken, async () => readFileSync(lock, "utf8")), String(process.pid));
  }
  writeFileSync(lock, String(process.ppid));
  let pauses = 0;
  const waited = withLock(
    folder,
    async () => void pauses++,
    async () => assert.fail("ran"),
  );
  await assert.rejects(waited, { code: "WALLET_BUSY", exitCode: 1 });
  assert.equal(pauses, 60);
  assert.equal(readFileSync(lock, "utf8"), String(process.ppid));
});

test("a lock that another process has made and not yet written its name into is that process's", async (t) => {
  const { folder, lock } = place(t);
  writeFileSync(lock, "");
  const said: string[] = [];
  const pause = async () => {
    assert.equal(readFileSync(lock, "utf8"), "");
    said.push("waited");
    rmSync(lock);
  };
  await withLock(folder, pause, async () => void said.push("ran"));
  assert.deepEqual(said, ["waited", "ran"]);
});

test("a folder that takes no lock is told as one, and no work is done", async (t) => {
  const { folder } = place(t);
  writeFileSync(join(folder.path, "file"), "");
  const inside = walletFolder(join(folder.path, "file", "wallet"));
  const work = withLock(
    inside,
    async () => undefined,
    async () => assert.fail("ran"),
  );
  await assert.rejects(work, { code: "WALLET_WRITE", exitCode: 2 });
});
