import assert from "node:assert/strict";
import {
  closeSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createRotatingFile } from "./rotatingFile.ts";

test("full files are put aside, the oldest goes, and a restart goes on where it was", (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-log-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const path = join(dir, "logs", "node.log");
  const options = { path, maxBytes: 20, maxFiles: 2 };
  const first = createRotatingFile(options);
  for (let i = 0; i < 3; i++) first.write(`line ${i}\n`);
  first.close();
  const second = createRotatingFile(options);
  for (let i = 3; i < 9; i++) second.write(`line ${i}\n`);
  second.close();
  assert.deepEqual(readdirSync(join(dir, "logs")).sort(), ["node.log", "node.log.1", "node.log.2"]);
  assert.equal(readFileSync(path, "utf8"), "line 8\n");
  assert.equal(readFileSync(`${path}.1`, "utf8"), "line 6\nline 7\n");
  assert.equal(readFileSync(`${path}.2`, "utf8"), "line 4\nline 5\n");
});

test("a path that cannot be written is a person's mistake with exit code 2", (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-log-"));
  t.after(() => rmSync(dir, { recursive: true }));
  assert.throws(() => createRotatingFile({ path: dir, maxBytes: 1, maxFiles: 1 }), {
    code: "LOG_FILE",
    exitCode: 2,
  });
});

test("after another program has moved the file, lines go on in a new one of the old name", (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-log-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const path = join(dir, "node.log");
  const log = createRotatingFile({ path, maxBytes: 1_000, maxFiles: 2 });
  log.write("before\n");
  renameSync(path, `${path}-moved`);
  log.write("still there\n");
  log.reopen();
  log.write("after\n");
  log.close();
  log.write("too late\n");
  assert.equal(readFileSync(`${path}-moved`, "utf8"), "before\nstill there\n");
  assert.equal(readFileSync(path, "utf8"), "after\n");
});

test("a rotation that fails loses lines; it never writes into a file that was opened meanwhile", (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-log-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const path = join(dir, "node.log");
  const log = createRotatingFile({ path, maxBytes: 10, maxFiles: 1 });
  log.write("line 0\n");
  // A folder that is not empty cannot be removed, so the file cannot be put aside.
  mkdirSync(`${path}.1`);
  writeFileSync(join(`${path}.1`, "x"), "x");
  log.write("line 1\n");
  const other = openSync(join(dir, "database"), "w");
  log.write("line 2\n");
  assert.equal(fstatSync(other).size, 0);
  assert.equal(readFileSync(path, "utf8"), "line 0\n");
  closeSync(other);
  log.close();
});

test("after the file was deleted to free space, its next turn begins a new one and keeps those put aside", (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-log-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const path = join(dir, "node.log");
  const log = createRotatingFile({ path, maxBytes: 20, maxFiles: 2 });
  for (let i = 0; i < 4; i++) log.write(`line ${i}\n`);
  rmSync(path);
  for (let i = 4; i < 9; i++) log.write(`line ${i}\n`);
  log.close();
  assert.equal(readFileSync(path, "utf8"), "line 8\n");
  assert.equal(readFileSync(`${path}.1`, "utf8"), "line 6\nline 7\n");
  assert.equal(readFileSync(`${path}.2`, "utf8"), "line 4\nline 5\n");
});
