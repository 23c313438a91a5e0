import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { changes, parseLog } from "./changes.ts";
import { packageFiles, readCommit } from "./packageFiles.ts";
import type { Lock } from "./productionPackages.ts";
import { sbom } from "./sbom.ts";
import { writeTar } from "./tar.ts";

/** Files of a release by name. */
export type Release = ReadonlyMap<string, Uint8Array>;

/** Where the byte of gzip's header is that names the computer's system, and its value for "unknown". */
const GZIP_SYSTEM = 9;
const UNKNOWN = 255;

/**
 * Makes the package of a commit, its bill of materials, its notes and the list of their hashes. The same commit gives
 * the same bytes (kairos 20.2), on the Node that the lock file names.
 * @param since the earlier release, for the notes; from the first commit on when absent
 */
export function buildRelease(root: string, name: string, since?: string): Release {
  const commit = readCommit(root, name);
  const files = packageFiles(root, commit);
  const archive = gzipSync(writeTar(files, commit.timeS), { level: 9 });
  archive[GZIP_SYSTEM] = UNKNOWN;
  const lockText = files.find(({ path }) => path.endsWith("/package-lock.json"))!.bytes;
  const lock = (JSON.parse(new TextDecoder().decode(lockText)) as { readonly packages: Lock }).packages;
  const base = `kairos-${commit.version}`;
  const made = new Map<string, Uint8Array>([
    [`${base}.tar.gz`, archive],
    [`${base}.sbom.json`, Buffer.from(sbom(lock, "apps/cli", "kairos", commit.version))],
    [`${base}.notes.md`, Buffer.from(notes(root, commit.id, commit.version, commit.timeS, since))],
  ]);
  const sums = [...made].map(([file, bytes]) => `${createHash("sha256").update(bytes).digest("hex")}  ${file}\n`);
  return made.set("SHA256SUMS", Buffer.from(sums.join("")));
}

function notes(root: string, id: string, version: string, timeS: number, since: string | undefined): string {
  const range = since === undefined ? id : `${since}..${id}`;
  const format = "--format=%x1e%s%x1f";
  const log = execFileSync("git", ["log", "--no-merges", "--name-only", format, range], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  return changes(version, new Date(timeS * 1_000).toISOString().slice(0, 10), parseLog(log));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const { values } = parseArgs({
    options: {
      out: { type: "string", default: "dist" },
      commit: { type: "string", default: "HEAD" },
      since: { type: "string" },
    },
  });
  mkdirSync(values.out, { recursive: true });
  for (const [file, bytes] of buildRelease(root, values.commit, values.since)) {
    writeFileSync(join(values.out, file), bytes);
    process.stdout.write(`${join(values.out, file)}  ${bytes.length} bytes\n`);
  }
}
