import { blockTimeMs, type StoredHeader } from "@polis/kairos";
import { type Command, Option } from "commander";
import { bannerJson, bannerLines } from "../dev/banner.ts";
import { startDev } from "../dev/startDev.ts";
import { UserError } from "../errors.ts";
import { example, integerOption } from "./parse.ts";
import { versionInfo } from "./version.ts";

interface DevFlags {
  readonly host: string;
  readonly port: number;
  readonly chainId?: number;
  readonly hardfork: "prague" | "osaka";
  readonly mnemonic?: string;
  readonly accounts: number;
  readonly balance: number;
  readonly blockTime?: number;
  readonly mining: boolean;
  readonly dataDir?: string;
  readonly visualizerPort?: number;
  readonly grpcPort?: number;
  readonly json?: boolean;
}

const defaultGrpcPort = 50_051;

/** Adds `kairos dev`. */
export function register(program: Command): void {
  program
    .command("dev")
    .description("start a chain on this computer for developing: instant blocks, ten accounts with USDC, JSON-RPC")
    .option("--port <port>", "JSON-RPC over HTTP and WebSocket; 0 takes a free one", integerOption(0, 65_535), 8545)
    .option("--host <address>", "where it listens; keep it local, anybody who reaches it can do anything", "127.0.0.1")
    .option(
      "--chain-id <id>",
      "31337 by default, as Hardhat and Foundry use",
      integerOption(1, Number.MAX_SAFE_INTEGER),
    )
    .option(
      "--block-time <seconds>",
      "make blocks at this pace instead of one per transaction",
      integerOption(1, 86_400),
    )
    .option("--no-mining", "make blocks only on evm_mine")
    .option("--accounts <count>", "funded test accounts", integerOption(1, 1_000), 10)
    .option("--balance <usdc>", "whole USDC of each", integerOption(0, 1_000_000_000_000), 10_000)
    .option("--mnemonic <words>", "where the accounts come from; the well-known test mnemonic by default")
    .addOption(new Option("--hardfork <name>", "rules of the EVM").choices(["prague", "osaka"]).default("prague"))
    .option("--data-dir <folder>", "keep the chain here; without it everything is in memory and gone at the end")
    .option(
      "--grpc-port <port>",
      "gRPC, gRPC-Web and Connect; 50051 by default, or a free one with --port 0",
      integerOption(0, 65_535),
    )
    .option(
      "--visualizer-port <port>",
      "serve the dashboard and the simulator's page there; 0 takes a free one",
      integerOption(0, 65_535),
    )
    .option("--json", "print one JSON line with URL, accounts and keys when it is ready, and nothing else")
    .addHelpText(
      "after",
      `${example("kairos dev", "kairos dev --port 0 --json", "kairos dev --block-time 2 --data-dir .kairos-dev")}

Then point a tool at it:
  $ cast block latest --rpc-url http://127.0.0.1:8545
  $ npx hardhat test --network localhost
  $ forge script script/Deploy.s.sol --broadcast --rpc-url http://127.0.0.1:8545`,
    )
    .action(run);
}

async function run(flags: DevFlags): Promise<void> {
  refuseOtherNetworks(process.env.NODE_CONSENSUS__NETWORK);
  const { json, blockTime, mining, balance, ...options } = flags;
  const ended = Promise.withResolvers<void>();
  const stop = (): void => ended.resolve();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  const isPerson = json !== true && process.stdout.isTTY;
  const clientVersion = `kairos/v${versionInfo().version}/${process.platform}-${process.arch}/node${process.versions.node}`;
  const dev = await startDev({
    ...options,
    balanceUsdc: BigInt(balance),
    blockTimeS: blockTime,
    manual: !mining,
    grpcPort: flags.grpcPort ?? (flags.port === 0 ? 0 : defaultGrpcPort),
    clientVersion,
    onBlock: isPerson ? (block) => process.stdout.write(`${blockLine(block)}\n`) : undefined,
    onFailure: (error) => ended.reject(error),
  }).catch(asUserError);
  if (json === true) process.stdout.write(`${JSON.stringify(bannerJson(dev))}\n`);
  else if (isPerson) process.stdout.write(`${bannerLines(dev).join("\n")}\n`);
  else process.stdout.write(`${dev.url} chain ${dev.chainId}\n`);
  if (!isPerson) process.stderr.write("warning: the keys of this chain are known to everybody\n");
  try {
    await ended.promise;
  } finally {
    process.removeListener("SIGINT", stop);
    process.removeListener("SIGTERM", stop);
    await dev.close();
  }
}

/** One line per block for whoever watches. */
function blockLine({ header, digest }: StoredHeader): string {
  const time = new Date(blockTimeMs(header)).toISOString().slice(11, 19);
  const gas = header.gasUsed.toLocaleString("en-US");
  return `${time}  block ${header.number}  0x${digest.slice(0, 8)}…  ${gas} gas`;
}

/** K6: keys that everybody knows must never meet another network. */
function refuseOtherNetworks(network: string | undefined): void {
  if (network === undefined || network.toLowerCase() === "local") return;
  const hint = "unset NODE_CONSENSUS__NETWORK, or run `kairos run` with keys of your own";
  throw new UserError("DEV_NETWORK", `a development chain is never part of the network ${network}`, hint, {
    exitCode: 2,
  });
}

function asUserError(error: unknown): never {
  if (error instanceof UserError || !(error instanceof Error)) throw error;
  if ("code" in error && error.code === "EADDRINUSE") {
    const hint = "stop the other program, or choose another --port or --grpc-port";
    throw new UserError("LISTEN", `cannot listen: ${error.message}`, hint, { cause: error });
  }
  if ("hint" in error) throw new UserError("DEV_STORE", error.message, String(error.hint), { cause: error });
  throw error;
}
