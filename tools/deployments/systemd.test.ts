import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { missing } from "./testing/installed.ts";
import { root } from "./testing/root.ts";

const folder = join(root, "deployments/systemd");
const units = ["kairos.service", "kairos-follower.service"] as const;
/** What systemd calls exposed, in tenths; 10 to 20 is its "OK". */
const EXPOSURE_MAX = "15";

/** A copy whose programs and user exist on this computer, because that is what systemd looks at too. */
function installed(t: TestContext, name: string): string {
  const dir = mkdtempSync(join(tmpdir(), "kairos-systemd-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const text = readFileSync(join(folder, name), "utf8")
    .replaceAll("/usr/bin/node", process.execPath)
    .replace(/^User=.*\nGroup=.*$/m, "User=daemon");
  writeFileSync(join(dir, name), text);
  return join(dir, name);
}

for (const name of units) {
  const skip = missing("systemd-analyze", "--version");
  test(`systemd reads ${name} without a warning`, { skip }, (t) => {
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", installed(t, name)], {
      encoding: "utf8",
    });
    const own = stderr.split("\n").filter((line) => line.includes(name));
    assert.deepEqual(own, []);
    assert.equal(status, 0, stderr);
  });

  test(`systemd finds little to attack in ${name}`, { skip }, (t) => {
    const args = ["security", "--offline=true", "--no-pager", `--threshold=${EXPOSURE_MAX}`, installed(t, name)];
    const { status, stdout } = spawnSync("systemd-analyze", args, { encoding: "utf8" });
    assert.equal(status, 0, stdout);
  });

  test(`${name} runs a command that exists, stops in time, and does not repeat what a person must correct`, () => {
    const lines = readFileSync(join(folder, name), "utf8").split("\n");
    const value = (key: string) => lines.find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1);
    const command =
      name === "kairos.service" ? "run --config /etc/kairos/config.toml" : "rpc-run --config /etc/kairos/follower.toml";
    assert.equal(value("ExecStart"), `/usr/bin/node /opt/kairos/apps/cli/src/kairos.ts ${command}`);
    assert.equal(value("User"), "kairos");
    assert.equal(value("KillSignal"), "SIGTERM");
    assert.ok(Number(value("TimeoutStopSec")) > 10);
    assert.equal(value("RestartPreventExitStatus"), "2 75");
    assert.equal(value("LimitCORE"), "0");
  });
}

test("the user and the folders are made by systemd's own programs", {
  skip: missing("systemd-sysusers", "--version"),
}, (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-sysusers-"));
  t.after(() => rmSync(dir, { recursive: true }));
  mkdirSync(join(dir, "etc"));
  const made = spawnSync("systemd-sysusers", [`--root=${dir}`, join(folder, "kairos.sysusers.conf")], {
    encoding: "utf8",
  });
  assert.equal(made.status, 0, made.stderr);
  const user = readFileSync(join(dir, "etc/passwd"), "utf8")
    .split("\n")
    .find((line) => line.startsWith("kairos:"));
  assert.match(user!, /:\/var\/lib\/kairos:\/usr\/sbin\/nologin$/);
  const folders = readFileSync(join(folder, "kairos.tmpfiles.conf"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("d "));
  assert.ok(folders.some((line) => /^d \/etc\/kairos\/keys 0700 kairos kairos/.test(line)));
});
