import { fileURLToPath } from "node:url";
import { type Command, Option } from "commander";
import { checkPorts, visualizerPorts } from "../localnet/checkPorts.ts";
import type { LoadKind } from "../localnet/load/loadAccounts.ts";
import { followerPorts, LocalFollowers } from "../localnet/localFollowers.ts";
import { defaultGrpcPort, prepareNetwork } from "../localnet/prepareNetwork.ts";
import { type LocalnetReport, runLocalnet } from "../localnet/runLocalnet.ts";
import { whenParentGone } from "../run/whenParentGone.ts";
import { example, integerOption } from "./parse.ts";

interface LocalnetFlags {
  readonly n: number;
  readonly f?: number;
  readonly scheme: "multisig" | "threshold";
  readonly rate: number;
  readonly inFlight: number;
  readonly duration?: number;
  readonly clean?: boolean;
  readonly dir?: string;
  readonly rpcPort: number;
  readonly p2pPort: number;
  readonly metricsPort: number;
  readonly grpcPort: number;
  readonly visualizer: boolean;
  readonly visualizerPort: number;
  readonly accounts: number;
  readonly blockInterval: number;
  readonly load: LoadKind;
  readonly profile?: string;
  readonly followers: number;
  readonly json?: boolean;
}

const port = integerOption(1, 65_535);

export function register(program: Command): void {
  program
    .command("localnet")
    .description("run n validators on this computer, one process each, under a steady stream of signed payments")
    .option("--n <count>", "validators", integerOption(1, 101), 6)
    .option("--f <count>", "faults tolerated; the most that n allows by default", integerOption(0, 20))
    .addOption(new Option("--scheme <name>", "certificates").choices(["multisig", "threshold"]).default("multisig"))
    .option("--rate <count>", "payments offered a second; 0 offers none", integerOption(0, 1_000_000), 50)
    .option("--in-flight <count>", "most payments sent and not yet final", integerOption(1, 1_000_000), 1_000)
    .option("--duration <seconds>", "end after so many seconds of load", integerOption(1, 1_000_000))
    .option("--clean", "forget the earlier network and start afresh")
    .option("--dir <folder>", "where the network lives; .polis/localnet-<n> by default")
    .option("--rpc-port <port>", "JSON-RPC of validator 0; validator i has this plus i", port, 8545)
    .option("--p2p-port <port>", "peer link of validator 0", port, 9000)
    .option("--metrics-port <port>", "metrics of validator 0; validator i > 0 has this plus i plus 1", port, 9090)
    .option("--grpc-port <port>", "gRPC of validator 0; 0 switches it off", integerOption(0, 65_535), defaultGrpcPort)
    .option("--no-visualizer", "serve no dashboards")
    .option("--visualizer-port <port>", "dashboard of validator 0; validator i has this plus i", port, 8080)
    .option("--block-interval <ms>", "shortest time between blocks", integerOption(0, 10_000), 50)
    .option("--accounts <count>", "accounts that pay each other", integerOption(2, 100_000), 1_000)
    .addOption(new Option("--load <kind>", "what they send").choices(["payments", "transfers"]).default("payments"))
    .option("--followers <count>", "followers beside them, on the ports behind theirs", integerOption(0, 32), 0)
    .option("--profile <folder>", "write a CPU profile of validator 0 into this folder")
    .option("--json", "print one JSON object as the last line, and nothing else on standard output")
    .addHelpText("after", example("kairos localnet", "kairos localnet --n 6 --rate 2000 --duration 60 --json"))
    .action(run);
}

async function run(flags: LocalnetFlags): Promise<void> {
  const { n, json } = flags;
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  const release = whenParentGone(stop);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  await checkPorts(portsOf(flags));
  const dashboards = Array.from({ length: flags.visualizer ? n : 0 }, (_, i) => flags.visualizerPort + i);
  const visualizers = await visualizerPorts(dashboards, say);
  const dir = flags.dir ?? `.polis/localnet-${n}`;
  const program = fileURLToPath(new URL("../kairos.ts", import.meta.url));
  const network = prepareNetwork({
    ...{ ...flags, dir },
    f: flags.f ?? Math.floor((n - 1) / 5),
    clean: flags.clean ?? false,
    blockIntervalMs: flags.blockInterval,
  });
  const count = flags.followers;
  const report = await runLocalnet({
    ...{ network, program },
    followers: count === 0 ? undefined : new LocalFollowers({ ...flags, dir, program, count, say }),
    ratePerSecond: flags.rate,
    inFlightMax: flags.inFlight,
    durationS: flags.duration,
    profileDir: flags.profile,
    visualizers,
    signal: abort.signal,
    say,
    display: json ? undefined : process.stdout,
  });
  process.removeListener("SIGINT", stop);
  process.removeListener("SIGTERM", stop);
  release();
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : `${summary(report).join("\n")}\n`);
}

function portsOf(flags: LocalnetFlags): readonly number[] {
  const { n, rpcPort, p2pPort, metricsPort, grpcPort } = flags;
  const validators = Array.from({ length: n }, (_, i) => [
    rpcPort + i,
    p2pPort + i,
    metricsPort + (i === 0 ? 0 : i + 1),
    ...(grpcPort === 0 ? [] : [grpcPort + i]),
  ]);
  const followers = Array.from({ length: flags.followers }, (_, j) => {
    const { rpc, p2p, metrics, grpc } = followerPorts(flags, j);
    return [rpc, p2p, metrics, ...(grpc === undefined ? [] : [grpc])];
  });
  return [...validators, ...followers].flat();
}

function summary(report: LocalnetReport): readonly string[] {
  const ms = ({ p50, p99 }: { p50: number | null; p99: number | null }) => `p50 ${p50 ?? "-"} ms, p99 ${p99 ?? "-"} ms`;
  return [
    "",
    `${report.finalizedPayments} payments final, ${report.paymentsPerSecond} a second, at height ${report.finalizedHeight}`,
    `block finality ${ms(report.finalityMs)}; payment finality ${ms(report.paymentFinalityMs)}`,
    `state roots agree: ${report.stateRootsAgree ? "yes" : "NO"}; views nullified: ${report.nullifiedViews}; restarts: ${report.restarts}`,
    ...(report.followerHeights.length === 0 ? [] : [`followers at ${report.followerHeights.join(", ")}`]),
  ];
}
