import type { Command } from "commander";
import { loadConfig } from "../config/loadConfig.ts";
import { runFollower } from "../follower/runFollower.ts";
import { type FlagKeys, flagValues, otlpOption } from "./nodeFlags.ts";
import { example } from "./parse.ts";
import { versionInfo } from "./version.ts";

interface RpcRunFlags {
  readonly config?: string;
  readonly genesis?: string;
  readonly grpcAddr?: string;
  readonly p2pAddr?: string;
  readonly dataDir?: string;
  readonly peer?: readonly string[];
  readonly logLevel?: string;
  readonly otlpEndpoint?: string;
  readonly json?: boolean;
}

/** Flags that stand for one configuration key. */
const keys: FlagKeys = {
  genesis: ["genesis.path", "--genesis"],
  grpcAddr: ["rpc.listen_addr", "--grpc-addr"],
  p2pAddr: ["p2p.listen_addr", "--p2p-addr"],
  dataDir: ["storage.path", "--data-dir"],
  peer: ["p2p.bootnodes", "--peer"],
  logLevel: ["logging.level", "--log-level"],
};

/** `kairos rpc-run` (kairos 18.3). */
export function register(program: Command): void {
  program
    .command("rpc-run")
    .description("run a follower: it verifies the chain, serves all read interfaces, and passes transactions on")
    .option("--config <file>", "configuration file (.toml, .yaml, .yml)")
    .option("--genesis <file>", "genesis file, over the configuration's")
    .option("--grpc-addr <address>", "where gRPC listens, host:port")
    .option("--p2p-addr <address>", "where other followers may connect, host:port")
    .option("--data-dir <folder>", "where the chain is kept")
    .option("--peer <key@host:port...>", "a follower to ask beside the validators")
    .option("--log-level <level>", "error, warn, info, debug or trace")
    .option(...otlpOption)
    .option("--json", "print the progress as lines of JSON on standard output; the log goes to standard error")
    .addHelpText("after", example("kairos rpc-run --genesis genesis.json --data-dir follower"))
    .action(async (flags: RpcRunFlags) => {
      const config = loadConfig({ path: flags.config, env: process.env, flags: flagValues(flags, keys) });
      const { version } = versionInfo();
      const clientVersion = `kairos/v${version}/${process.platform}-${process.arch}/node${process.versions.node}`;
      process.exitCode = await runFollower({ config, json: flags.json ?? false, clientVersion });
    });
}
