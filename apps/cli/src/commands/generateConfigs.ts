import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Command, Option } from "commander";
import type { ContainerNetwork } from "../genesis/containers.ts";
import { generateNetwork } from "../genesis/generateNetwork.ts";
import { runScript } from "../genesis/runScript.ts";
import { print } from "../print.ts";
import { example, integerOption } from "./parse.ts";

interface GenerateConfigsOptions {
  readonly outputDir: string;
  readonly n: number;
  readonly f: number;
  readonly scheme: "multisig" | "threshold";
  readonly visualizer?: boolean;
  readonly containerAddress?: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("generate-configs")
    .description("write keys, genesis and one configuration per node of a local network, with funded accounts")
    .option("--output-dir <dir>", "folder to write", "node/config")
    .option("--n <count>", "validators", integerOption(1, 1_024), 6)
    .option("--f <count>", "faults tolerated", integerOption(0, 204), 1)
    .addOption(new Option("--scheme <name>", "certificates").choices(["multisig", "threshold"]).default("multisig"))
    .option("--visualizer", "switch the visualizer on")
    .option("--container-address <ip>", "for containers: the address of node 0, and node i has the one i further")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      example("kairos generate-configs --output-dir net --n 6 --f 1", "kairos run --config net/node0/config.toml"),
    )
    .action((options: GenerateConfigsOptions) => {
      const { n, f, scheme } = options;
      const containers = containersOf(options);
      const made = generateNetwork({
        ...{ dir: options.outputDir, n, f, scheme, visualizer: options.visualizer === true },
        ...(containers === undefined ? {} : { containers }),
      });
      const runPath = containers === undefined ? join(options.outputDir, "run.mjs") : undefined;
      if (runPath !== undefined)
        writeFileSync(runPath, runScript(fileURLToPath(new URL("../kairos.ts", import.meta.url)), n));
      const nodes = made.nodes.map(({ index, configPath, p2p, jsonRpc }) => ({ index, configPath, p2p, jsonRpc }));
      const { genesisPath, genesisHash, chainId, accountsPath } = made;
      // Secrets of the funded accounts stay in their file.
      print(
        options.json,
        { genesisPath, genesisHash, chainId, accountsPath, ...(runPath === undefined ? {} : { runPath }), nodes },
        [
          `chain ${chainId}, genesis ${genesisHash}`,
          `wrote ${genesisPath} and ${accountsPath} (${made.accounts.length} funded accounts, the first is the faucet)`,
          ...(runPath === undefined ? [] : [`start all of them with: node ${runPath}`]),
          ...nodes.map((node) => `node${node.index}: ${node.configPath}, p2p ${node.p2p}, JSON-RPC ${node.jsonRpc}`),
        ],
      );
    });
}

/** Names and folders as `deployments/localnet` has them (kairos 20.1). */
function containersOf({ containerAddress }: GenerateConfigsOptions): ContainerNetwork | undefined {
  if (containerAddress === undefined) return undefined;
  return { firstAddress: containerAddress, nameOf: (index) => `validator-${index}`, stateDir: "/var/lib/kairos" };
}
