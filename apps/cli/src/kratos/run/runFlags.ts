import type { LogLevel } from "@polis/ports";
import { type Command, InvalidArgumentError, Option } from "commander";
import { integerOption } from "../../commands/parse.ts";
import { basePathOption, chainOption, type DataFlags } from "../data/dataFlags.ts";

/** The words of `kratos run` (kratos-core 15), as commander gives them. */
export interface RunFlags extends DataFlags {
  readonly genesis?: boolean;
  readonly genesisHash?: string;
  readonly acceptFewPeers?: boolean;
  readonly name?: string;
  readonly port: number;
  readonly rpc: boolean;
  readonly rpcPort: number;
  readonly rpcAddr: string;
  readonly rpcHost: readonly string[];
  readonly rpcCorsOrigin: readonly string[];
  readonly rpcCorsAll?: boolean;
  readonly rpcMethodsUnsafe?: boolean;
  readonly bootnode: readonly string[];
  readonly seed: readonly string[];
  readonly seedKey: readonly string[];
  readonly mdns: boolean;
  readonly maxPeers: number;
  readonly connectionsPerIp: number;
  readonly publicAddr: readonly string[];
  readonly validator?: boolean;
  readonly validatorKey?: string;
  readonly passwordFile?: string;
  readonly sync: string;
  readonly snapshotEvery: number;
  readonly pruning?: string;
  readonly dbCache?: string;
  readonly prometheusPort: number;
  readonly debugGrandpa?: boolean;
  readonly logLevel: LogLevel;
  readonly verbose?: boolean;
  readonly json?: boolean;
}

const port = integerOption(0, 65_535);
const several = (text: string, before: readonly string[]): readonly string[] => [...before, text];
const levels: readonly LogLevel[] = ["error", "warn", "info", "debug", "trace"];

/** Adds the options to the command, in groups of what belongs together. */
export function addRunOptions(run: Command): Command {
  run
    .option("--genesis", "begin the chain of the record file that --chain names; without it, join")
    .option(...chainOption)
    .option(...basePathOption)
    .option("--genesis-hash <hash>", "join only the chain with this genesis")
    .option("--accept-few-peers", "join on the word of fewer than three peers, when no more are to be found")
    .addOption(new Option("--name <text>", "display name; made up by default").env("KRATOS_NAME"));
  run
    .addOption(
      new Option("--port <port>", "peers; 0 takes a free one").env("KRATOS_P2P_PORT").default(30_333).argParser(port),
    )
    .option("--bootnode <multiaddress>", "a peer to begin with, /ip4/…/tcp/…/p2p/…; repeat", several, [])
    .option("--seed <host>", "a seed server to ask for peers; repeat", several, [])
    .option("--seed-key <key>", "public key of a seed server whose signed list is believed; repeat", several, [])
    .option("--no-mdns", "do not look for peers in the local network")
    .option("--max-peers <count>", "peers at most", integerOption(1, 1_000), 50)
    .option(
      "--connections-per-ip <count>",
      "connections of one address; more where nodes share one",
      integerOption(1, 1_000),
      5,
    )
    .option("--public-addr <multiaddress>", "address to announce instead of the own ones; repeat", several, []);
  run
    .option("--rpc", "serve JSON-RPC", true)
    .option("--no-rpc", "serve no JSON-RPC")
    .addOption(
      new Option("--rpc-port <port>", "JSON-RPC; 0 takes a free one")
        .env("KRATOS_RPC_PORT")
        .default(9_933)
        .argParser(port),
    )
    .option("--rpc-addr <address>", "where JSON-RPC listens", "127.0.0.1")
    .option("--rpc-host <name>", "a name under which JSON-RPC is called, as behind a proxy; repeat", several, [])
    .option("--rpc-cors-origin <origin>", "a web page that may call, instead of the local ones; repeat", several, [])
    .option("--rpc-cors-all", "let every web page call")
    .option("--rpc-methods-unsafe", "switch on the methods that change this node");
  run
    .option("--validator", "produce blocks and vote")
    .option("--validator-key <file>", "key of the validator; only you may be able to read it")
    .option("--password-file <file>", "password of a key of the keystore; or KRATOS_KEY_PASSWORD");
  return run
    .option("--sync <mode>", "full, or warp: begin with a proven snapshot", "full")
    .option(
      "--snapshot-every <blocks>",
      "final blocks from one snapshot for others to the next",
      integerOption(1, 1_000_000),
      1_000,
    )
    .option("--pruning <blocks>", "not to be set: states below the last final block are not kept")
    .option("--db-cache <megabytes>", "not to be set: the operating system caches the data")
    .option("--prometheus-port <port>", "serve metrics on 127.0.0.1; 0 is off", port, 0)
    .option("--debug-grandpa", "log what finality does")
    .addOption(
      new Option("--log-level <level>", levels.join(", ")).env("KRATOS_LOG").default("info").argParser(levelOption),
    )
    .option("-v, --verbose", "the same as --log-level debug")
    .option("--json", "log lines as JSON");
}

function levelOption(text: string): LogLevel {
  const level = levels.find((name) => name === text.toLowerCase());
  if (level === undefined) throw new InvalidArgumentError(`want one of ${levels.join(", ")}`);
  return level;
}
