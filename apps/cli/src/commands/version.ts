import { schemaVersion } from "@polis/kairos";
import type { Command } from "commander";
import { print } from "../print.ts";
import { programCommit, programVersion } from "../programVersion.ts";
import { example } from "./parse.ts";

/** Version of what peers sign and send: the V1 of the tags of kairos K1. */
export const protocolVersion = 1;

/** What this program is. `commit` is undefined outside a git checkout, an image and a release package. */
export function versionInfo(): { version: string; commit: string | undefined; protocol: number; schema: number } {
  return { version: programVersion(), commit: programCommit(), protocol: protocolVersion, schema: schemaVersion };
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
