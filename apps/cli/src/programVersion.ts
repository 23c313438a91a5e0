import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const root = new URL("../../../", import.meta.url);

/** Written into images and release packages, which have no git: one line with the commit they were made from. */
const COMMIT_FILE = "COMMIT";

/** The version of all programs here. */
export function programVersion(): string {
  return (JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as { version: string }).version;
}

/** The commit of the source; undefined outside a git checkout, an image and a release package. */
export function programCommit(): string | undefined {
  return writtenCommit() ?? gitCommit();
}

function writtenCommit(): string | undefined {
  try {
    const text = readFileSync(new URL(COMMIT_FILE, root), "utf8").trim();
    return text === "" ? undefined : text;
  } catch {
    return undefined;
  }
}

function gitCommit(): string | undefined {
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], {
      cwd: root,
      encoding: "utf8",
      timeout: 2_000,
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return undefined;
  }
}
