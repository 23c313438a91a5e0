import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { verifyBinding, verifyPossession } from "@polis/crypto";
import { loadConfig } from "../config/loadConfig.ts";
import { UserError } from "../errors.ts";
import { checkEntry } from "./checkEntry.ts";
import { generateIdentity, loadIdentity, validatorEntry } from "./identity.ts";
import { readKeyFile, writeKeyFile } from "./keyFile.ts";
import { readPassword } from "./password.ts";

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "kairos-keys-"));
  t.after(() => rmSync(dir, { recursive: true }));
  return dir;
}

function code(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof UserError && error.hint.length > 0, String(error));
    return error.code;
  }
  return "accepted";
}

test("a raw key file has mode 0600, is never overwritten and reads back", (t) => {
  const path = join(folder(t), "bls.key");
  const { bls } = generateIdentity();
  writeKeyFile(path, bls);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(readKeyFile(path, "bls"), bls);
  assert.equal(
    code(() => writeKeyFile(path, bls)),
    "KEY_FILE",
  );
});

test("a key file that others can read is refused, unless that is allowed (K7)", (t) => {
  const path = join(folder(t), "ed25519.key");
  writeKeyFile(path, generateIdentity().ed25519);
  for (const mode of [0o640, 0o604, 0o620]) {
    chmodSync(path, mode);
    assert.equal(
      code(() => readKeyFile(path, "ed25519")),
      "KEY_PERMISSIONS",
    );
  }
  assert.equal(
    code(() => readKeyFile(path, "ed25519", { allowInsecurePermissions: true })),
    "accepted",
  );
});

test("an encrypted key opens with its password only, and as its own kind only", (t) => {
  const path = join(folder(t), "bls.key");
  const { bls } = generateIdentity();
  writeKeyFile(path, bls, "right");
  assert.ok(!readFileSync(path, "utf8").includes(bls.secret.toHex()));
  assert.deepEqual(readKeyFile(path, "bls", { password: "right" }), bls);
  assert.equal(
    code(() => readKeyFile(path, "bls", { password: "wrong" })),
    "KEY_PASSWORD",
  );
  assert.equal(
    code(() => readKeyFile(path, "bls")),
    "KEY_PASSWORD",
  );
  assert.equal(
    code(() => readKeyFile(path, "share_m", { password: "right" })),
    "KEY_FORMAT",
  );
});

test("other texts are not keys", (t) => {
  const path = join(folder(t), "bls.key");
  for (const text of [
    "",
    "00",
    "g".repeat(64),
    "0".repeat(64),
    "f".repeat(64),
    "ab".repeat(5_000),
    `${"1".repeat(64)}\n1`,
  ]) {
    writeFileSync(path, text, { mode: 0o600 });
    assert.equal(
      code(() => readKeyFile(path, "bls")),
      "KEY_FORMAT",
      text.slice(0, 10),
    );
  }
  assert.equal(
    code(() => readKeyFile(`${path}.none`, "bls")),
    "KEY_FILE",
  );
});

test("the entry of a validator proves possession and binds the p2p key to the chain", () => {
  const identity = generateIdentity();
  const entry = validatorEntry(identity, { chainId: 7, name: "one" });
  const bytes = (name: string) => Uint8Array.fromHex(entry[name]!.slice(2));
  assert.ok(verifyPossession(bytes("blsPublicKey"), bytes("blsPop")));
  assert.ok(verifyBinding(7, bytes("p2pPublicKey"), bytes("blsPublicKey"), bytes("p2pBinding")));
  assert.equal(verifyBinding(8, bytes("p2pPublicKey"), bytes("blsPublicKey"), bytes("p2pBinding")), false);
  assert.match(entry.feeAddress!, /^0x[0-9a-f]{40}$/);
  assert.equal(validatorEntry(identity).p2pBinding, undefined);
});

test("an identity is created when missing on local, and only there", (t) => {
  const dir = folder(t);
  const config = (network: string) =>
    loadConfig({
      env: {
        NODE_STORAGE__PATH: dir,
        NODE_CONSENSUS__NETWORK: network,
        NODE_IDENTITY__BLS_SECRET_KEY_PATH: join(dir, network, "bls.key"),
        NODE_IDENTITY__ED25519_SECRET_KEY_PATH: join(dir, network, "p2p.key"),
      },
    });
  const first = loadIdentity(config("local"), undefined);
  assert.deepEqual(loadIdentity(config("local"), undefined), first);
  assert.equal(
    code(() => loadIdentity(config("devnet"), undefined)),
    "KEY_FILE",
  );
});

test("a password is the first line of its file, before the environment", (t) => {
  const path = join(folder(t), "password");
  writeFileSync(path, "secret words\r\nnot this");
  assert.equal(readPassword(path, "environment"), "secret words");
  assert.equal(readPassword(undefined, "environment"), "environment");
  assert.equal(readPassword(undefined, ""), undefined);
  writeFileSync(path, "\n");
  assert.equal(
    code(() => readPassword(path, undefined)),
    "PASSWORD_FILE",
  );
});

test("an entry is accepted with true proofs and refused with each of them changed (K8)", (t) => {
  const path = join(folder(t), "validator.json");
  const [own, other] = [generateIdentity(), generateIdentity()];
  const entry = validatorEntry(own, { chainId: 7 });
  const check = (changes: Record<string, string | undefined>, chainId?: number) => {
    writeFileSync(path, JSON.stringify({ ...entry, ...changes }));
    return code(() => checkEntry(path, chainId));
  };
  assert.deepEqual([check({}), check({}, 7)], ["accepted", "accepted"]);
  const foreign = validatorEntry(other, { chainId: 7 });
  for (const name of ["blsPublicKey", "blsPop", "p2pPublicKey", "p2pBinding"]) {
    for (const value of [foreign[name], undefined, "0x00"])
      assert.equal(check({ [name]: value }, 7), "KEY_PROOF", name);
  }
  assert.equal(check({}, 8), "KEY_PROOF");
  writeFileSync(path, "[");
  assert.equal(
    code(() => checkEntry(path, 7)),
    "KEY_ENTRY",
  );
});
