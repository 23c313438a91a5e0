import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { P2pError } from "./errors.ts";
import { loadNetworkKey } from "./networkKey.ts";

describe("network key (kratos-core 12.1, I47)", () => {
  let folder = "";
  let path = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "network-key-"));
    path = join(folder, "network", "network_key");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const refused = (code: string, hint: RegExp): ((error: unknown) => boolean) => {
    return (error) => error instanceof P2pError && error.code === code && hint.test(error.hint);
  };

  it("makes a key of 32 bytes that only its owner may read, and loads the same one afterwards", () => {
    const first = loadNetworkKey(path);
    assert.equal(first.length, 32);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(dirname(path)), ["network_key"], "no temporary file is left");
    assert.deepEqual(loadNetworkKey(path), first);
  });

  it("refuses a file of another length and leaves it as it is", () => {
    for (const length of [0, 31, 33, 64]) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, Buffer.alloc(length, 7), { mode: 0o600 });
      assert.throws(() => loadNetworkKey(path), refused("P2P_KEY_LENGTH", /backup/));
      assert.deepEqual(readFileSync(path), Buffer.alloc(length, 7));
    }
  });

  it("refuses a file that others may read or write", () => {
    const key = loadNetworkKey(path);
    for (const mode of [0o640, 0o604, 0o620, 0o666]) {
      chmodSync(path, mode);
      assert.throws(() => loadNetworkKey(path), refused("P2P_KEY_PERMISSIONS", /chmod 600/));
    }
    chmodSync(path, 0o400);
    assert.deepEqual(loadNetworkKey(path), key);
  });

  it("refuses what is no file, and a folder that cannot be made", () => {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    chmodSync(path, 0o700);
    assert.throws(() => loadNetworkKey(path), refused("P2P_KEY_UNREADABLE", /directory/));
    writeFileSync(join(folder, "file"), "");
    assert.throws(
      () => loadNetworkKey(join(folder, "file", "network_key")),
      refused("P2P_KEY_UNREADABLE", /directory/),
    );
  });

  it("makes an identity for the process without a path", () => {
    const key = loadNetworkKey(undefined);
    assert.equal(key.length, 32);
    assert.notDeepEqual(loadNetworkKey(undefined), key);
    assert.equal(existsSync(path), false);
  });
});
