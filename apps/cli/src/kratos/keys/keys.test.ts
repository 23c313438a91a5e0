import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { UserError } from "../../errors.ts";
import { KratosProcess } from "../../testing/nodeProcess.ts";
import { dataDirectory, findDataDirectory } from "../data/dataDirectory.ts";
import { insertKey, listKeys } from "./keystore.ts";
import { generateKratosKey, keyOf, keyText, readKratosKey, writeKratosKey } from "./kratosKey.ts";

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "kratos-keys-"));
  t.after(() => rmSync(dir, { recursive: true }));
  return dir;
}

/** The code of the error of an action. */
function code(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof UserError && error.hint.length > 0, String(error));
    return error.code;
  }
  return "accepted";
}

test("a key file of each form has mode 0600, is never overwritten and reads back (kratos-core 15)", (t) => {
  const dir = folder(t);
  const key = generateKratosKey();
  for (const format of ["json", "hex"] as const) {
    const path = join(dir, format);
    writeKratosKey(path, key, format);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(readKratosKey(path), key);
    assert.equal(
      code(() => writeKratosKey(path, key, format)),
      "KEY_FILE",
    );
  }
  assert.equal(readFileSync(join(dir, "hex"), "utf8"), `${key.secret.toHex()}\n`);
});

test("a key file that others can read, of another scheme, form or public key is refused (kratos-core 15)", (t) => {
  const path = join(folder(t), "key");
  const key = keyOf(new Uint8Array(32).fill(7));
  const json = JSON.parse(keyText(key, "json"));
  const refused = (text: string, mode = 0o600) => {
    writeFileSync(path, text);
    chmodSync(path, mode);
    return code(() => readKratosKey(path));
  };
  assert.equal(refused(keyText(key, "hex")), "accepted");
  assert.equal(refused(keyText(key, "hex"), 0o640), "KEY_PERMISSIONS");
  assert.equal(refused(JSON.stringify({ ...json, scheme: "sr25519" })), "KEY_SCHEME");
  assert.equal(refused(JSON.stringify({ ...json, publicKey: `0x${"ab".repeat(32)}` })), "KEY_MISMATCH");
  assert.equal(refused(JSON.stringify({ ...json, accountId: 7 })), "KEY_MISMATCH");
  assert.equal(refused(JSON.stringify({ ...json, secretKey: "0x12" })), "KEY_FORMAT");
  for (const text of ["", "{", "zz".repeat(32), "ab".repeat(31)]) assert.equal(refused(text), "KEY_FORMAT", text);
  assert.equal(refused("a".repeat(10_000)), "KEY_FORMAT");
  assert.equal(
    code(() => readKratosKey(join(path, "absent"))),
    "KEY_FILE",
  );
});

test("a keystore holds keys encrypted, lists them in order, and opens with their password only", (t) => {
  const { keystore } = dataDirectory(folder(t));
  assert.deepEqual(listKeys(keystore), []);
  const keys = [3, 1].map((n) => keyOf(new Uint8Array(32).fill(n)));
  for (const key of keys) insertKey(keystore, key, "a long password");
  const entries = listKeys(keystore);
  assert.deepEqual(
    entries.map(({ account }) => account),
    keys.map(({ account }) => account).sort(),
  );
  const { account, path } = entries[0]!;
  assert.equal(readKratosKey(path, "a long password").account, account);
  assert.ok(!keys.some(({ secret }) => readFileSync(path, "utf8").includes(secret.toHex())));
  assert.equal(
    code(() => readKratosKey(path, "a wrong password")),
    "KEY_PASSWORD",
  );
  assert.equal(
    code(() => insertKey(keystore, keys[0]!, "a long password")),
    "KEY_FILE",
  );
  assert.equal(
    code(() => insertKey(keystore, generateKratosKey(), "short")),
    "KEY_PASSWORD",
  );
});

test("the data directory is the given one, or that of the environment, or one named after the chain (kratos-core 15)", () => {
  const env = { XDG_DATA_HOME: "/data", KRATOS_BASE_PATH: "/env" };
  assert.equal(findDataDirectory("/flag", "kratos", env).path, "/flag");
  assert.equal(findDataDirectory(undefined, "kratos", env).path, "/env");
  const { path } = findDataDirectory(undefined, "kratos", { XDG_DATA_HOME: "/data" });
  assert.equal(path, "/data/kratos/chains/kratos");
  assert.equal(findDataDirectory(undefined, "KratOs", { XDG_DATA_HOME: "/data" }).path, path);
  for (const chain of ["../x", ".", "", "a b"]) {
    assert.equal(
      code(() => findDataDirectory(undefined, chain, {})),
      "CHAIN_NAME",
    );
  }
});

test("kratos key generate, inspect, insert and list work together and never print the secret again", async (t) => {
  const dir = folder(t);
  const file = join(dir, "key.json");
  const password = join(dir, "password");
  writeFileSync(password, "a long password\n");
  const run = async (...args: readonly string[]) => {
    const child = new KratosProcess("key", ...args);
    return { code: await child.exited(), output: child.output };
  };
  assert.deepEqual(await run("generate", "--scheme", "sr25519"), {
    code: 2,
    output:
      "error: the scheme sr25519 is not supported\n" +
      "hint: leave --scheme out: a validator signs and draws its slots with one ed25519 key\n",
  });
  assert.equal((await run("generate", "-o", file)).code, 0);
  const { account, secret } = readKratosKey(file);
  const data = ["-d", dir, "--json"];
  const outputs = [
    await run("inspect", file, "--json"),
    await run("insert", file, "--password-file", password, ...data),
    await run("list", ...data),
  ];
  for (const { code, output } of outputs) {
    assert.equal(code, 0, output);
    assert.ok(output.includes(`0x${account}`) && !output.includes(secret.toHex()), output);
  }
});
