import { type Command, Option } from "commander";
import { example } from "../../commands/parse.ts";
import { print } from "../../print.ts";
import { createKratosClient } from "../client/createKratosClient.ts";
import { askNode } from "./askNode.ts";
import { infoLines } from "./infoLines.ts";

interface InfoFlags {
  readonly rpc: string;
  readonly format: "text" | "json";
}

/** `kratos info` (kratos-core 15, 10.5): what an observer wants to know of a node and its network. */
export function register(program: Command): void {
  program
    .command("info")
    .description("show the health of a running node, finality, and the security state of its network")
    .option("--rpc <url>", "JSON-RPC of the node", "http://127.0.0.1:9933")
    .addOption(new Option("--format <form>", "how").choices(["text", "json"]).default("text"))
    .addHelpText("after", example("kratos info", "kratos info --rpc http://127.0.0.1:9934 --format json"))
    .action(async ({ rpc, format }: InfoFlags) => {
      const facts = await askNode(createKratosClient(rpc));
      print(format === "json", facts, infoLines(facts, process.stdout.columns ?? 80));
    });
}
