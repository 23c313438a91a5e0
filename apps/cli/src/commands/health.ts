import type { Command } from "commander";
import { loadConfig } from "../config/loadConfig.ts";
import { UserError } from "../errors.ts";
import { askReadiness, type Place, placeOf } from "../health/askReadiness.ts";
import { print } from "../print.ts";
import { example, integerOption } from "./parse.ts";

interface HealthFlags {
  readonly config?: string;
  readonly url?: string;
  readonly live?: boolean;
  readonly timeout: number;
  readonly json?: boolean;
}

/** Adds `kairos health`. */
export function register(program: Command): void {
  program
    .command("health")
    .description("ask a running node whether it is ready; exit code 0 when it is, 1 when it is not")
    .option("--config <file>", "the node's configuration; without it, the environment only")
    .option("--url <url>", "ask here instead of where the configuration says")
    .option("--live", "ask only whether the process answers (/healthz)")
    .option("--timeout <ms>", "longest wait", integerOption(1, 600_000), 3_000)
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      example("kairos health --config node0/config.toml", "kairos health --url http://node:9090/readyz"),
    )
    .action(async (flags: HealthFlags) => {
      const place = whereTo(flags);
      const { ready, lines } = await askReadiness(place, flags.timeout);
      print(flags.json, { ready, url: place.url.href, lines }, lines);
      if (!ready) process.exitCode = 1;
    });
}

function whereTo({ config, url, live }: HealthFlags): Place {
  if (url !== undefined) return { url: parseUrl(url) };
  return placeOf(loadConfig({ path: config, env: process.env }), live === true ? "/healthz" : "/readyz");
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new UserError(
    "HEALTH_URL",
    `${text} is not an http or https address`,
    "give one like http://node:9090/readyz",
    {
      exitCode: 2,
    },
  );
}
