import { spawn } from "node:child_process";
import { join } from "node:path";
import { type EthereumNode, endWithUs, stopChild, waitForLine } from "./startAnvil.ts";

const KAIROS = join(import.meta.dirname, "../../apps/cli/src/kairos.ts");

/**
 * Starts `kairos dev` on a free port, as a program of its own.
 *
 * @throws Error when it does not serve within 20 s
 */
export async function startKairos(more: readonly string[] = []): Promise<EthereumNode> {
  const child = spawn(process.execPath, [KAIROS, "dev", "--port", "0", "--json", ...more], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  endWithUs(child);
  let complaints = "";
  child.stderr.on("data", (data) => {
    complaints = `${complaints}${data}`.slice(-4_000);
  });
  try {
    const { url, wsUrl } = await waitForLine(child, (line) => JSON.parse(line) as { url: string; wsUrl: string });
    return { name: "kairos", url, wsUrl, stop: () => stopChild(child) };
  } catch (error) {
    throw new Error(`kairos dev did not start: ${complaints}`, { cause: error });
  }
}
