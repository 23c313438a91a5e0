import { spawn } from "node:child_process";
import { join } from "node:path";

/** Where the model lives. */
export const MODEL_FOLDER = join(import.meta.dirname, "../../specs/model");

const QUINT = join(import.meta.dirname, "../../node_modules/@informalsystems/quint/dist/src/cli.js");

/** What one call of Quint printed and how it ended. */
export interface QuintResult {
  readonly ok: boolean;
  readonly output: string;
}

/**
 * Calls the Quint command line. It simulates in this process's runtime: no Java, no download.
 *
 * @param args as on a command line; paths are relative to the model's folder
 */
export function quint(args: readonly string[]): Promise<QuintResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [QUINT, ...args], { cwd: MODEL_FOLDER, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on("error", reject);
    child.on("close", (status) => resolve({ ok: status === 0, output }));
  });
}
