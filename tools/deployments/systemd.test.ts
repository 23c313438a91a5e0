import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
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

const skip = missing("systemd-analyze", "--version");

for (const name of [...units, "kairos-backup.service", "kratos-seed.service"]) {
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
}

test("systemd reads the timer of backups without a warning, and it starts their service once a day", { skip }, (t) => {
  const name = "kairos-backup.timer";
  const path = join(dirname(installed(t, "kairos-backup.service")), name);
  writeFileSync(path, readFileSync(join(folder, name)));
  const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", path], { encoding: "utf8" });
  assert.deepEqual([status, stderr.split("\n").filter((line) => line.includes("kairos-backup"))], [0, []]);
  const { stdout } = spawnSync("systemd-analyze", ["calendar", "--iterations=2", "daily"], { encoding: "utf8" });
  assert.match(stdout, /Normalized form: \*-\*-\* 00:00:00/);
  assert.match(readFileSync(path, "utf8"), /^OnCalendar=daily$/m);
});

test("a backup runs as the validator's user on its configuration, and keeps a number of files", () => {
  const text = readFileSync(join(folder, "kairos-backup.service"), "utf8");
  const [, words = ""] =
    /^ExecStart=\/usr\/bin\/node \/opt\/kairos\/apps\/cli\/src\/kairos\.ts (.*)$/m.exec(text) ?? [];
  assert.match(words, /^backup \/var\/backups\/kairos --keep \d+ --config \/etc\/kairos\/config\.toml$/);
  const help = spawnSync(process.execPath, [join(root, "apps/cli/src/kairos.ts"), "backup", "--help"], {
    encoding: "utf8",
  });
  for (const [flag] of words.matchAll(/--\w+/g)) assert.ok(help.stdout.includes(`${flag} `), flag);
  assert.match(text, /^User=kairos$/m);
  assert.match(text, /^Type=oneshot$/m);
  assert.match(text, /^ReadWritePaths=\/var\/backups\/kairos$/m);
  assert.match(
    readFileSync(join(folder, "kairos.tmpfiles.conf"), "utf8"),
    /^d \/var\/backups\/kairos 0700 kairos kairos/m,
  );
});

for (const name of units) {
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
