import type { Command } from "commander";
import { exampleText } from "../config/exampleText.ts";
import { loadConfig } from "../config/loadConfig.ts";
import type { Config } from "../config/schema.ts";
import { snake } from "../config/sources.ts";
import { addressText } from "../config/values.ts";
import { print } from "../print.ts";
import { example } from "./parse.ts";

export function register(program: Command): void {
  const config = program.command("config").description("check a configuration");
  config
    .command("check")
    .description("validate a configuration and print the effective one; secrets are never in it")
    .option("--config <file>", "configuration file (.toml, .yaml, .yml); without it, the environment only")
    .option("--json", "as JSON")
    .addHelpText("after", example("kairos config check --config node0/config.toml"))
    .action(async ({ config: path, json }: { config?: string; json?: boolean }) => {
      const effective = loadConfig({ path, env: process.env });
      await checkGenesisOf(effective);
      const plain = plainValues(effective);
      const lines = Object.entries(plain).flatMap(([section, keys]) =>
        Object.entries(keys).map(([name, value]) => `${section}.${name} = ${JSON.stringify(value)}`),
      );
      print(json, plain, [...lines, "the configuration is valid"]);
    });
  config
    .command("example")
    .description("print the example configuration with every key and its default")
    .addHelpText("after", example("kairos config example > config.toml"))
    .action(() => void process.stdout.write(exampleText()));
}

/** Reads the genesis that a configuration names, if it names one; what a start would refuse is refused here. */
async function checkGenesisOf(config: Config): Promise<void> {
  if (config.genesis.path === undefined) return;
  const { loadGenesis } = await import("../run/loadGenesis.ts");
  loadGenesis(config);
}

/** Keys as in a file, addresses as text and amounts as decimal text; absent keys are left out. */
function plainValues(config: Config): Record<string, Record<string, unknown>> {
  const plain: Record<string, Record<string, unknown>> = {};
  for (const [section, keys] of Object.entries(config)) {
    const values = Object.entries(keys).filter(([, value]) => value !== undefined);
    plain[section] = Object.fromEntries(values.map(([name, value]) => [snake(name), plainValue(value)]));
  }
  return plain;
}

function plainValue(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== "object" || value === null) return value;
  if ("host" in value && "port" in value) return addressText(value as { host: string; port: number });
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plainValue(inner)]));
}
