import { execFileSync } from "node:child_process";
import type { TarFile } from "./tar.ts";

/** What a commit says about itself. */
export interface Commit {
  /** 40 hex characters. */
  readonly id: string;
  /** When it was made, seconds. */
  readonly timeS: number;
  /** Of its package.json. */
  readonly version: string;
}

/** What an installed node reads, besides the workspaces. */
const FILES = ["package.json", "package-lock.json", "LICENSE", "README.md", "CHANGELOG.md", "config.example.toml"];
const FOLDERS = /^(?:kernel|chains|adapters|clients|apps|deployments\/systemd)\/|^tools\/release\/prune\.ts$/;
/** Tests and what only they use stay in the repository. */
const TESTS = /\.(?:test|full|bench)\.ts$|\.vectors\.json$|\/README\.md$/;

/** Reads a commit by any name that git knows. */
export function readCommit(root: string, name: string): Commit {
  const [id, timeS] = git(root, "show", "--no-patch", "--format=%H %ct", name).toString().trim().split(" ");
  const { version } = JSON.parse(git(root, "show", `${id}:package.json`).toString()) as { readonly version: string };
  return { id: id!, timeS: Number(timeS), version };
}

/**
 * The files of a release package as they are in a commit; what lies in the working tree does not matter. One more file,
 * COMMIT, has the id.
 * @returns in the order of their paths, below `kairos-<version>/`
 */
export function packageFiles(root: string, commit: Commit): readonly TarFile[] {
  const entries = git(root, "ls-tree", "-r", "-z", commit.id)
    .toString()
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => /^(\d+) blob ([0-9a-f]+)\t(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, mode, id, path]) => ({ isExecutable: mode === "100755", id: id!, path: path! }))
    .filter(({ path }) => FILES.includes(path) || (FOLDERS.test(path) && !TESTS.test(path)));
  const bytes = readBlobs(
    root,
    entries.map(({ id }) => id),
  );
  const files = entries.map(({ path, isExecutable }, i) => ({ path, isExecutable, bytes: bytes[i]! }));
  const all = [...files, { path: "COMMIT", isExecutable: false, bytes: new TextEncoder().encode(`${commit.id}\n`) }];
  return all
    .map((file) => ({ ...file, path: `kairos-${commit.version}/${file.path}` }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** All at once: one process of git, not one per file. */
function readBlobs(root: string, ids: readonly string[]): Uint8Array[] {
  const out = execFileSync("git", ["cat-file", "--batch"], {
    cwd: root,
    input: `${ids.join("\n")}\n`,
    maxBuffer: 2 ** 30,
  });
  const blobs: Uint8Array[] = [];
  for (let at = 0; at < out.length; ) {
    const end = out.indexOf(10, at);
    const size = Number(out.toString("utf8", at, end).split(" ")[2]);
    blobs.push(out.subarray(end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
  return blobs;
}

function git(root: string, ...args: readonly string[]): Buffer {
  return execFileSync("git", [...args], { cwd: root, maxBuffer: 2 ** 28 });
}
