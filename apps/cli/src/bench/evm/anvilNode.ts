import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { freePorts } from "../../testing/freePorts.ts";

/** A running `anvil`, the development node of Foundry: the peer in the same run. */
export interface AnvilNode {
  readonly url: string;
  call(method: string, params: readonly unknown[]): Promise<unknown>;
  stop(): Promise<void>;
}

/** @returns undefined where the optional package is not installed */
export async function startAnvil(...args: readonly string[]): Promise<AnvilNode | undefined> {
  const program = anvilProgram();
  if (program === undefined) return undefined;
  const port = await freePorts(1);
  const child = spawn(program, ["--port", String(port), "--silent", ...args], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  await untilItAnswers(child, url);
  return {
    url,
    call: (method, params) => rpc(url, method, params),
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.kill();
      }),
  };
}

/** One JSON-RPC call. @throws when the answer is an error */
export async function rpc(url: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const answer = (await response.json()) as { result?: unknown; error?: { message: string } };
  if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
  return answer.result;
}

function anvilProgram(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve("@foundry-rs/anvil-linux-amd64/package.json");
    const program = join(dirname(manifest), "bin", "anvil");
    return existsSync(program) ? program : undefined;
  } catch {
    return undefined;
  }
}

async function untilItAnswers(child: ChildProcess, url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    if (child.exitCode !== null) throw new Error("anvil ended at once");
    try {
      await rpc(url, "eth_chainId", []);
      return;
    } catch (error) {
      if (attempt === 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
