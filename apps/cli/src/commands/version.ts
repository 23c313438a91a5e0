import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { schemaVersion } from "@polis/kairos";
import type { Command } from "commander";
import { print } from "../print.ts";
import { example } from "./parse.ts";

/** Version of what peers sign and send: the V1 of the tags of kairos K1. */
export const protocolVersion = 1;

const root = new URL("../../../../", import.meta.url);

/** Written into images and release packages, which have no git: one line with the commit they were made from. */
const COMMIT_FILE = "COMMIT";

/** What this program is. `commit` is undefined outside a git checkout, an image and a release package. */
export function versionInfo(): { version: string; commit: string | undefined; protocol: number; schema: number } {
  const { version } = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as { version: string };
  return { version, commit: writtenCommit() ?? gitCommit(), protocol: protocolVersion, schema: schemaVersion };
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

export function register(program: Command): void {
  program
    .command("version")
    .description("print version, git commit, protocol and schema version")
    .option("--json", "as JSON")
    .addHelpText("after", example("kairos version --json"))
    .action(({ json }: { json?: boolean }) => {
      const info = versionInfo();
      print(json, { ...info, commit: info.commit ?? null, node: process.version }, [
        `kairos ${info.version}`,
        `commit ${info.commit ?? "unknown"}`,
        `protocol ${info.protocol}, schema ${info.schema}, node ${process.version}`,
      ]);
    });
}
