import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateNetwork } from "../../apps/cli/src/genesis/generateNetwork.ts";
import { TEST_ACCOUNTS, TEST_CHAIN_ID } from "./accounts.ts";
import { type EthereumNode, endWithUs, stopChild } from "./startAnvil.ts";

const KAIROS = join(import.meta.dirname, "../../apps/cli/src/kairos.ts");
const BALANCE = 10_000n * 10n ** 18n;
const FREE_PORT = "127.0.0.1:0";

/**
 * Starts an ordinary validator, the only one of its network, with the test accounts in its genesis: consensus, storage
 * on disk and calls in threads of their own, unlike `kairos dev`. What it wrote is removed when it stops.
 *
 * @throws Error when it ends before it serves
 */
export async function startValidator(): Promise<EthereumNode> {
  const dir = mkdtempSync(join(tmpdir(), "kairos-validator-"));
  const { nodes } = generateNetwork({
    dir,
    n: 1,
    f: 0,
    chainId: TEST_CHAIN_ID,
    alloc: Object.fromEntries(TEST_ACCOUNTS.map(({ address }) => [address.toLowerCase(), BALANCE])),
    settings: {
      p2p: { listen_addr: FREE_PORT },
      rpc: { listen_addr: FREE_PORT },
      jsonrpc: {
        listen_addr: FREE_PORT,
        rate_limit_per_second: 0,
        namespaces: ["eth", "net", "web3", "kairos", "debug", "txpool"],
      },
      metrics: { enabled: false },
    },
  });
  const child = fork(KAIROS, ["run", "--config", nodes[0]!.configPath], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  endWithUs(child);
  let output = "";
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on("data", (data) => {
      output = `${output}${data}`.slice(-4_000);
    });
  }
  const port = await new Promise<number>((resolve, reject) => {
    child.on("message", (message: { kind: string; rpcPort: number }) => {
      if (message.kind === "ready") resolve(message.rpcPort);
    });
    child.once("exit", (code) => reject(new Error(`kairos run ended with ${code}: ${output}`)));
  });
  return {
    name: "kairos",
    url: `http://127.0.0.1:${port}`,
    wsUrl: `ws://127.0.0.1:${port}`,
    stop: async () => {
      await stopChild(child);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
