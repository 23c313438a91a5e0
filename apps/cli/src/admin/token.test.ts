import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { ConnectError } from "@connectrpc/connect";
import { createMetrics } from "../telemetry/metrics.ts";
import { admitCalls } from "./admitCalls.ts";
import { readOrMakeToken, readToken, sameToken } from "./token.ts";

function folder(t: { after(run: () => void): void }): string {
  const dir = mkdtempSync(join(tmpdir(), "kairos-token-"));
  t.after(() => rmSync(dir, { recursive: true }));
  return dir;
}

test("a token is made once, for its owner alone, and read again", (t) => {
  const path = join(folder(t), "below", "admin.token");
  const made = readOrMakeToken(path);
  assert.match(made, /^[0-9a-f]{64}$/);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(readOrMakeToken(path), made);
  assert.equal(readFileSync(path, "utf8"), `${made}\n`);
});

test("a token that others can read, that is short, long, absent or no plain text is refused with a hint", (t) => {
  const path = join(folder(t), "admin.token");
  const refused = (message: RegExp) =>
    assert.throws(
      () => readToken(path),
      (error: Error & { code: string; exitCode: number }) => {
        assert.match(error.message, message);
        assert.deepEqual([error.code, error.exitCode], ["ADMIN_TOKEN", 2]);
        return true;
      },
    );
  refused(/cannot read/);
  for (const text of ["short", "", `${"a".repeat(40)} b`, `${"a".repeat(40)}\u0007`, `${"ä".repeat(40)}`]) {
    writeFileSync(path, text, { mode: 0o600 });
    refused(/holds no token/);
  }
  writeFileSync(path, "a".repeat(2_000));
  refused(/too long/);
  writeFileSync(path, "a".repeat(64));
  chmodSync(path, 0o640);
  refused(/can be read by group or others \(mode 640\)/);
});

test("tokens are compared whole", () => {
  assert.equal(sameToken("abc", "abc"), true);
  for (const other of ["", "ab", "abd", "abcd", "ABC"]) assert.equal(sameToken("abc", other), false);
});

test("calls without the right token are refused, counted, and beyond a rate refused as too many; the right one passes", () => {
  let now = 0;
  const metrics = createMetrics();
  const logged: string[] = [];
  const token = "t".repeat(40);
  const admit = admitCalls({ token, metrics, logger: { log: (_, text) => logged.push(text) }, nowMs: () => now });
  const codeOf = (authorization: string | undefined) => {
    try {
      admit(new Headers(authorization === undefined ? {} : { authorization }));
      return "passed";
    } catch (error) {
      return String((error as ConnectError).code);
    }
  };
  assert.equal(codeOf(`Bearer ${token}`), "passed");
  assert.equal(codeOf(`bearer ${token}`), "passed");
  const wrong = [undefined, token, `Basic ${token}`, `Bearer ${token}x`, "Bearer", `Bearer ${"y".repeat(3_000)}`];
  assert.deepEqual(
    wrong.map(codeOf),
    wrong.map(() => "16"),
  );
  assert.deepEqual([codeOf(""), codeOf("x"), codeOf("x"), codeOf("x")], ["16", "16", "16", "16"]);
  assert.equal(codeOf("Bearer guess"), "8");
  assert.equal(codeOf(`Bearer ${token}`), "passed");
  now = 1_000;
  assert.deepEqual([codeOf("Bearer guess"), codeOf("Bearer guess")], ["16", "8"]);
  const count = (reason: string) => metrics.value("admin_refused_total", { reason });
  assert.deepEqual([count("absent"), count("wrong"), count("rate")], [2, 9, 2]);
  assert.equal(logged.length, 11);
  assert.ok(logged.every((line) => !line.includes("guess")));
});
