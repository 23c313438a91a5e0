import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { UserError } from "../../../errors.ts";
import { replaceFile } from "./replaceFile.ts";
import { readWallet, walletFolder } from "./walletFolder.ts";

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "kratos-wallet-"));
  t.after(() => rmSync(dir, { recursive: true }));
  return dir;
}

/** A program that is killed as soon as it calls one function of node:fs. */
function killedAt(name: string, path: string, text: string): void {
  const program = `
    import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    fs.${name} = () => process.kill(process.pid, "SIGKILL");
    syncBuiltinESMExports();
    const { replaceFile } = await import(${JSON.stringify(join(import.meta.dirname, "replaceFile.ts"))});
    replaceFile(${JSON.stringify(path)}, ${JSON.stringify(text)});`;
  const { signal, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  assert.equal(signal, "SIGKILL", stderr);
}

test("a process that dies before, while or after it writes leaves the whole old file", (t) => {
  const path = join(folder(t), "wallet.json");
  replaceFile(path, "old");
  for (const name of ["openSync", "writeSync", "fsyncSync", "renameSync"]) {
    killedAt(name, path, "new");
    assert.equal(readFileSync(path, "utf8"), "old", name);
  }
  assert.ok(readdirSync(join(path, "..")).some((name) => name.endsWith(".tmp")));
  replaceFile(path, "new");
  assert.equal(readFileSync(path, "utf8"), "new");
});

test("files are of the owner alone, in a folder of the owner alone, whatever was there before", (t) => {
  const path = join(folder(t), "made", "wallet.json");
  replaceFile(path, "a");
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(join(path, "..")).mode & 0o777, 0o700);
  chmodSync(path, 0o644);
  replaceFile(path, "b");
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(join(path, "..")), ["wallet.json"]);
});

test("what dead processes left is cleared, what others are writing now is not", (t) => {
  const dir = folder(t);
  const [stale, fresh] = ["0", "1"].map((n) => join(dir, `wallet.json.${n}.tmp`)) as [string, string];
  for (const path of [stale, fresh]) writeFileSync(path, "half");
  utimesSync(stale, 1, 1);
  replaceFile(join(dir, "wallet.json"), "a");
  assert.deepEqual(readdirSync(dir).sort(), ["wallet.json", "wallet.json.1.tmp"]);
});

test("a failure is told with its code, and leaves nothing behind", (t) => {
  const dir = folder(t);
  mkdirSync(join(dir, "wallet.json"));
  assert.throws(
    () => replaceFile(join(dir, "wallet.json"), "a"),
    (error) => error instanceof UserError && error.code === "WALLET_WRITE" && error.exitCode === 2,
  );
  assert.deepEqual(readdirSync(dir), ["wallet.json"]);
});

test("a wallet is in the folder that is named, or where programs keep what belongs to a person", () => {
  const env = { XDG_DATA_HOME: "/data", LOCALAPPDATA: "/local" };
  assert.equal(walletFolder("/given", env).path, "/given");
  assert.equal(walletFolder(undefined, env, "linux").wallet, join("/data", "kratos-wallet", "wallet.json"));
  assert.equal(walletFolder(undefined, env, "win32").path, join("/local", "kratos-wallet"));
  assert.match(walletFolder(undefined, env, "darwin").path, /Library.Application Support.kratos-wallet$/);
});

test("a wallet that is missing, or that others can read, is refused by name", (t) => {
  const place = walletFolder(folder(t));
  const refused = () => {
    try {
      readWallet(place);
    } catch (error) {
      return (error as UserError).code;
    }
    return "read";
  };
  assert.equal(refused(), "NO_WALLET");
  replaceFile(place.wallet, "{}");
  assert.equal(refused(), "WALLET_TAMPERED");
  chmodSync(place.wallet, 0o640);
  assert.equal(refused(), "KEY_PERMISSIONS");
});
