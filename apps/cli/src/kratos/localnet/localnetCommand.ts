import { type Command, InvalidArgumentError } from "commander";
import { example, integerOption } from "../../commands/parse.ts";
import { checkPorts } from "../../localnet/checkPorts.ts";
import { type KratosNetReport, wholeKrat } from "./kratosNetReport.ts";
import { FAUCET_BALANCE, type KratosNet, prepareKratosNet } from "./prepareKratosNet.ts";
import { runKratosNet } from "./runKratosNet.ts";

interface LocalnetFlags {
  readonly n: number;
  readonly slotMs: number;
  readonly epochSlots: number;
  readonly duration?: number;
  readonly rate: number;
  readonly rpcPort: number;
  readonly dir?: string;
  readonly json?: boolean;
}

/** Submissions of one account that a pool takes in a minute (kratos-core 2.7), with some room. */
const SUBMISSIONS_PER_MINUTE = 40;

/** `kratos localnet`. */
export function register(program: Command): void {
  program
    .command("localnet")
    .description("run a new chain with n validators on this computer, one process each; they find each other by mDNS")
    .option("--n <count>", "validators; at least 3 make blocks final", integerOption(1, 32), 4)
    .option(
      "--slot-ms <ms>",
      "length of a slot, a multiple of 1000: it is a genesis value in seconds",
      slotOption,
      1_000,
    )
    .option("--epoch-slots <count>", "slots of an epoch; 600 on a production chain", integerOption(2, 600), 30)
    .option("--duration <seconds>", "end after so many seconds; without it, with Ctrl-C", integerOption(1, 1_000_000))
    .option("--rate <count>", "transfers sent a second; 0 sends none", integerOption(0, 100), 2)
    .option(
      "--rpc-port <port>",
      "JSON-RPC and observer of node 0; node i has this plus i",
      integerOption(1, 65_000),
      9_933,
    )
    .option("--dir <folder>", "where the network lives; .polis/kratos-localnet-<n> by default; emptied at the start")
    .option("--json", "print one JSON object as the last line, and nothing else on standard output")
    .addHelpText("after", example("kratos localnet", "kratos localnet --n 4 --slot-ms 1000 --duration 60 --json"))
    .action(run);
}

function slotOption(text: string): number {
  const value = integerOption(1, 60_000)(text);
  if (value % 1_000 === 0) return value;
  throw new InvalidArgumentError("want a multiple of 1000, such as 1000 or 6000: slots are whole seconds");
}

async function run(flags: LocalnetFlags): Promise<void> {
  const { n, rate, rpcPort, json } = flags;
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  // Nobody reads the table any more, as after `| head`.
  process.stdout.on("error", stop);
  const ports = Array.from({ length: n }, (_, i) => rpcPort + i);
  await checkPorts(ports, "stop the other program, or choose others with --rpc-port");
  const net = prepareKratosNet({
    ...{ dir: flags.dir ?? `.polis/kratos-localnet-${n}`, n },
    ...{ slotSeconds: flags.slotMs / 1_000, slotsPerEpoch: flags.epochSlots },
    senders: Math.max(n, Math.ceil((rate * 60) / SUBMISSIONS_PER_MINUTE)),
  });
  const report = await runKratosNet({
    ...{ net, rpcPort, ratePerSecond: rate, durationS: flags.duration, signal: abort.signal, say },
    table: json ? undefined : print,
    onUp: () => {
      for (const line of whereToLook(net, flags)) (json ? say : print)(line);
    },
  });
  process.removeListener("SIGINT", stop);
  process.removeListener("SIGTERM", stop);
  if (report === undefined) say("stopped before all nodes answered");
  else if (json) print(JSON.stringify(report));
  else for (const line of summary(report)) print(line);
}

function whereToLook(net: KratosNet, { n, slotMs, epochSlots, rpcPort }: LocalnetFlags): readonly string[] {
  return [
    `KratOs: ${n} ${n === 1 ? "validator" : "validators"}, slots of ${slotMs / 1_000} s, epochs of ${epochSlots} slots`,
    `  observer  http://127.0.0.1:${rpcPort}   (node i: +i; JSON-RPC at the same address)`,
    `  genesis   0x${net.genesis.hash}`,
    `  faucet    ${net.faucetFile} (${wholeKrat(FAUCET_BALANCE)})`,
    `  wallet    npx kratos wallet create --import --rpc http://127.0.0.1:${rpcPort}`,
    `  logs      ${net.dir}/node<i>/node.log`,
    "Ctrl-C ends it.",
    "",
  ];
}

function summary(report: KratosNetReport): readonly string[] {
  const { height, finalizedHeight, missedSlots, transfers, stateRootsAgree, supplyConserved } = report;
  return [
    "",
    `${height} blocks, ${finalizedHeight} final at every node, ${missedSlots} slots without a block`,
    `${transfers} transfers arrived; state roots agree: ${stateRootsAgree ? "yes" : "NO"}; supply conserved: ${supplyConserved ? "yes" : "NO"}`,
  ];
}
