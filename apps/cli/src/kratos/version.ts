import type { Command } from "commander";
import { example } from "../commands/parse.ts";
import { print } from "../print.ts";
import { programCommit, programVersion } from "../programVersion.ts";
import { kratosProtocol } from "./protocol.ts";

/** `kratos version`. */
export function register(program: Command): void {
  program
    .command("version")
    .description("print version, git commit and protocol version")
    .option("--json", "as JSON")
    .addHelpText("after", example("kratos version --json"))
    .action(({ json }: { readonly json?: boolean }) => {
      const [version, commit] = [programVersion(), programCommit()];
      const info = { version, commit: commit ?? null, protocol: kratosProtocol, node: process.version };
      print(json, info, [
        `kratos ${version}`,
        `commit ${commit ?? "unknown"}`,
        `protocol ${kratosProtocol}, node ${process.version}`,
      ]);
    });
}
