import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { TEST_CHAIN_ID, TEST_MNEMONIC } from "./accounts.ts";

const require = createRequire(import.meta.url);
const START_MS = 20_000;

/** A running node with the ten test accounts, over HTTP and WebSocket. */
export interface EthereumNode {
  readonly name: "anvil" | "kairos";
  readonly url: string;
  readonly wsUrl: string;
  stop(): Promise<void>;
}

/** The path of a Foundry program, or undefined where npm has no build for this machine. */
export function foundryProgram(name: "anvil" | "cast" | "forge"): string | undefined {
  const folder = `@foundry-rs/${name}-${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
  try {
    const path = require.resolve(`${folder}/bin/${name}`);
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Says why a test that needs Foundry does not run, or false when it can. For the `skip` option of a test. */
export function withoutFoundry(...names: ("anvil" | "cast" | "forge")[]): string | false {
  const missing = names.filter((name) => foundryProgram(name) === undefined);
  return missing.length > 0 && `no ${missing.join(", ")} for this machine: optional packages @foundry-rs/* are absent`;
}

/**
 * Starts anvil on a free port, with Prague rules. `--steps-tracing` makes it keep opcode traces.
 *
 * @throws Error when the program is absent or does not listen within 20 s
 */
export async function startAnvil(more: readonly string[] = []): Promise<EthereumNode> {
  const program = foundryProgram("anvil");
  if (program === undefined) throw new Error("anvil is not installed for this machine");
  const fixed = ["--port", "0", "--chain-id", `${TEST_CHAIN_ID}`, "--mnemonic", TEST_MNEMONIC, "--hardfork", "prague"];
  const child = spawn(program, [...fixed, ...more], { stdio: ["ignore", "pipe", "inherit"] });
  endWithUs(child);
  const address = await waitForLine(child, (line) => /Listening on (\S+)/.exec(line)?.[1]);
  return { name: "anvil", url: `http://${address}`, wsUrl: `ws://${address}`, stop: () => stopChild(child) };
}

/** A child does not outlive this process, however that ends. */
export function endWithUs(child: ChildProcess): void {
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  child.once("exit", () => process.off("exit", end));
}

/** Reads a child's standard output until `find` makes something of a line; goes on reading, so it never blocks. */
export function waitForLine<T>(child: ChildProcess, find: (line: string) => T | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${child.spawnfile} said nothing in ${START_MS} ms`)), START_MS);
    const done = (act: () => void) => {
      clearTimeout(timer);
      act();
    };
    createInterface({ input: child.stdout! }).on("line", (line) => {
      const found = find(line);
      if (found !== undefined) done(() => resolve(found));
    });
    child.once("error", (error) => done(() => reject(error)));
    child.once("exit", (code) => done(() => reject(new Error(`${child.spawnfile} ended with ${code}`))));
  });
}

/** Asks a child to end and waits for it. */
export function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}
