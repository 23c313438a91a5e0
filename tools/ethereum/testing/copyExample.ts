import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../../..");
const execute = promisify(execFile);
const COMMAND_MS = 120_000;

/** A copy of an example project in which programs can be run. */
export interface ExampleCopy {
  /** Runs a program there; answers what it printed, and fails with all of that when it fails. */
  run(program: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>;
  remove(): void;
}

/**
 * Copies `examples/<name>` to a new folder under `tmp/` of the repository, where the npm packages are still found,
 * so that what its tools write is not in the way of others.
 */
export function copyExample(name: "hardhat" | "foundry"): ExampleCopy {
  mkdirSync(join(root, "tmp"), { recursive: true });
  const folder = mkdtempSync(join(root, "tmp", `${name}-`));
  cpSync(join(root, "examples", name), folder, { recursive: true });
  const PATH = `${join(root, "node_modules/.bin")}${delimiter}${process.env.PATH}`;
  return {
    run: async (program, args, env) => {
      try {
        const options = { cwd: folder, timeout: COMMAND_MS, env: { ...outside(), PATH, NO_COLOR: "1", ...env } };
        return (await execute(program, args, options)).stdout;
      } catch (error) {
        const { stdout, stderr } = error as { stdout?: string; stderr?: string };
        throw new Error(`${program} ${args.join(" ")}\n${stdout ?? ""}${stderr ?? ""}`, { cause: error });
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Our own test runner's variables would make a test runner started by us report to it. */
function outside(): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...rest } = process.env;
  return rest;
}
