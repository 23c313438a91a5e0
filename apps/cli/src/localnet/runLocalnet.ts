import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { NetworkLatency } from "./latency.ts";
import type { LoadAccount } from "./load/lane.ts";
import { LoadGenerator } from "./load/loadGenerator.ts";
import { createRpcClient, type RpcClient } from "./load/rpcClient.ts";
import { followersEnv, type LocalFollowers } from "./localFollowers.ts";
import type { NodeReport } from "./nodeReport.ts";
import { pause } from "./pause.ts";
import { stateRootsAgree } from "./stateRoots.ts";
import { createLiveDisplay, renderTable, type TableRow } from "./table.ts";
import { ValidatorProcess } from "./validatorProcess.ts";

/** A generated network on disk. */
export interface LocalNetwork {
  readonly dir: string;
  readonly nodes: readonly { readonly configFile: string; readonly rpcPort: number }[];
  readonly accounts: readonly LoadAccount[];
}

export interface LocalnetOptions {
  readonly network: LocalNetwork;
  readonly program: string;
  readonly ratePerSecond: number;
  readonly inFlightMax: number;
  /** Ends by itself after this time of load; runs until stopped when undefined. */
  readonly durationS: number | undefined;
  /** Time under load before anything is measured; 0 when undefined. Counts on top of `durationS`. */
  readonly warmUpS?: number | undefined;
  /** Ports of the validators' visualizers, by validator; undefined for one that has none, or for all without a list. */
  readonly visualizers?: readonly (number | undefined)[] | undefined;
  /** Followers that run beside the validators. */
  readonly followers?: LocalFollowers | undefined;
  /** More environment for every validator. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Ends the run when aborted (Ctrl-C). */
  readonly signal: AbortSignal;
  /** Lines for a person: restarts, where to look. Quiet in scripts. */
  readonly say: (line: string) => void;
  /** Writes a CPU profile of validator 0 into this folder. */
  readonly profileDir?: string | undefined;
  /** Draw the live table on this stream, if it is a terminal. */
  readonly display: NodeJS.WriteStream | undefined;
  readonly observer?: LocalnetObserver;
}

/** A program beside the run, such as a benchmark: it reads more from the reports, and may kill validators. */
export interface LocalnetObserver {
  /** Every report of every validator, as it comes. */
  readonly onReport?: (node: number, report: NodeReport) => void;
  /** Called when all validators answer, before load is offered. A process that died has no pid until it runs again. */
  readonly onUp?: (validators: readonly { readonly pid: number | undefined }[]) => void;
  /** Called when the warm-up is over. */
  readonly onMeasure?: () => void;
}

/** The last line of `kairos localnet --json`. */
export interface LocalnetReport {
  readonly validators: number;
  readonly finalizedHeight: number;
  readonly finalizedPayments: number;
  readonly paymentsPerSecond: number;
  /** From the proposal leaving the leader to the L-notarization at each validator. */
  readonly finalityMs: { readonly p50: number | null; readonly p99: number | null };
  readonly viewMs: { readonly p50: number | null; readonly p99: number | null };
  /** From submission over JSON-RPC to a final receipt. */
  readonly paymentFinalityMs: { readonly p50: number | null; readonly p99: number | null };
  /** Of all validators, and of the followers beside them. */
  readonly stateRootsAgree: boolean;
  /** Last finalized height of each follower; undefined for one that has not come up. */
  readonly followerHeights: readonly (number | undefined)[];
  readonly nullifiedViews: number;
  /** Bytes that all validators sent to each other, by finalized payment. */
  readonly bytesPerPayment: number | null;
  /** Processor time that one validator spends for one finalized payment, everything included, in microseconds. */
  readonly cpuUsPerPayment: number | null;
  readonly memoryMb: { readonly max: number };
  readonly refused: number;
  readonly restarts: number;
}

interface NodeState {
  readonly process: ValidatorProcess;
  report: NodeReport | undefined;
  /** Payments counted in earlier lives of the process. */
  rate: number;
  state: TableRow["state"];
  /** Its interfaces answered once. */
  wasUp: boolean;
}

const DRAW_MS = 500;
/** Of a log, what is looked at for a reason. */
const LOG_CHARS = 4_000;
const READY_MS = 60_000;

/** Runs one process per validator under load until the time is up or the signal comes, then stops every child. */
export async function runLocalnet(options: LocalnetOptions): Promise<LocalnetReport> {
  const run = new LocalnetRun(options);
  try {
    await run.up();
    await run.measure();
    return await run.report();
  } finally {
    await run.down();
  }
}

class LocalnetRun {
  readonly #options: LocalnetOptions;
  readonly #latency = new NetworkLatency();
  readonly #clients: readonly RpcClient[];
  readonly #nodes: NodeState[];
  readonly #load: LoadGenerator;
  #restarts = 0;
  /** A validator that ended before it was ever up: what stopped it will stop it again. */
  #failedStart: number | undefined;
  #note = "";
  #memoryMaxBytes = 0;
  #startedMs = 0;
  #measured = { payments: 0, seconds: 0, bytes: 0, cpuUs: 0 };
  readonly #sent = new Growth();
  readonly #cpu = new Growth();

  constructor(options: LocalnetOptions) {
    this.#options = options;
    this.#clients = options.network.nodes.map(({ rpcPort }) => createRpcClient(rpcPort));
    this.#nodes = options.network.nodes.map((node, i) => this.#createNode(node.configFile, i));
    this.#load = new LoadGenerator({
      accounts: options.network.accounts,
      clients: this.#clients,
      ratePerSecond: options.ratePerSecond,
      inFlightMax: options.inFlightMax,
      finalizedPayments: () => this.#finalPayments(),
    });
  }

  #createNode(configFile: string, index: number): NodeState {
    const { profileDir } = this.#options;
    const process = new ValidatorProcess({
      program: this.#options.program,
      args: ["run", "--config", configFile],
      runtimeArgs: index === 0 && profileDir !== undefined ? ["--cpu-prof", `--cpu-prof-dir=${profileDir}`] : [],
      env: {
        ...visualizerEnv(this.#options.visualizers?.[index]),
        ...(this.#options.followers === undefined ? {} : followersEnv),
        ...this.#options.env,
      },
      logFile: join(this.#options.network.dir, `node${index}`, "node.log"),
      onReady: () => this.#isUp(index),
      onReport: (report) => this.#onReport(index, report),
      onUnexpectedExit: (code, signal) => {
        this.#restarts++;
        if (this.#nodes[index]?.wasUp === false) this.#failedStart ??= index;
        this.#latency.forget(index);
        this.#setState(index, "stopped");
        this.#tell(`validator ${index} ended (${signal ?? `code ${code}`}); starting it again`);
      },
    });
    return { process, report: undefined, rate: 0, state: "starting", wasUp: false };
  }

  #isUp(index: number): void {
    this.#setState(index, "running");
    this.#nodes[index]!.wasUp = true;
  }

  /** A line for a person: under the table where there is one, else on its own. */
  #tell(line: string): void {
    if (this.#options.display?.isTTY) this.#note = line;
    else this.#options.say(line);
  }

  #setState(index: number, state: TableRow["state"]): void {
    const node = this.#nodes[index];
    if (node) node.state = state;
  }

  #onReport(index: number, report: NodeReport): void {
    const node = this.#nodes[index];
    if (node === undefined) return;
    const before = node.report?.finalizedPayments ?? report.finalizedPayments;
    node.rate = 0.7 * node.rate + 0.3 * Math.max(0, (report.finalizedPayments - before) * (1000 / DRAW_MS));
    node.report = report;
    this.#memoryMaxBytes = Math.max(this.#memoryMaxBytes, report.rssBytes);
    this.#measured.bytes += this.#sent.add(index, report.sentBytes);
    this.#measured.cpuUs += this.#cpu.add(index, report.cpuUs);
    this.#latency.add(index, report);
    this.#options.observer?.onReport?.(index, report);
  }

  /** Payments final in the network: what the most advanced validator has counted. */
  #finalPayments(): number {
    return Math.max(0, ...this.#nodes.map(({ report }) => report?.finalizedPayments ?? 0));
  }

  /** Starts all validators and waits until each answers. */
  async up(): Promise<void> {
    for (const { process } of this.#nodes) process.start();
    const deadline = performance.now() + READY_MS;
    while (this.#nodes.some(({ process }) => !process.ready)) {
      if (this.#options.signal.aborted) return;
      if (this.#failedStart !== undefined) throw doesNotStart(this.#options.network.dir, this.#failedStart);
      if (performance.now() > deadline)
        throw new Error("the validators did not come up in a minute; see their node.log files");
      await pause(50, this.#options.signal);
    }
    this.#options.followers?.start();
    this.#startedMs = performance.now();
    this.#options.observer?.onUp?.(this.#nodes.map(({ process }) => process));
  }

  /** Offers load and draws until the time is up. */
  async measure(): Promise<void> {
    const { signal, durationS, ratePerSecond, warmUpS } = this.#options;
    if (signal.aborted) return;
    if (ratePerSecond > 0) await this.#load.start();
    if (warmUpS !== undefined) await this.#warmUp(warmUpS);
    this.#options.observer?.onMeasure?.();
    const display = this.#options.display ? createLiveDisplay(this.#options.display) : undefined;
    const from = { payments: this.#finalPayments(), ms: performance.now() };
    this.#measured = { payments: 0, seconds: 0, bytes: 0, cpuUs: 0 };
    const end = durationS === undefined ? Number.POSITIVE_INFINITY : from.ms + durationS * 1000;
    while (!signal.aborted && performance.now() < end) {
      await pause(Math.min(DRAW_MS, Math.max(1, end - performance.now())), signal);
      display?.draw(this.#lines());
    }
    this.#load.stop();
    this.#measured.seconds = (performance.now() - from.ms) / 1000;
    this.#measured.payments = this.#finalPayments() - from.payments;
    display?.end();
  }

  /** Lets the processes compile what is hot and fill their caches; what was measured meanwhile is forgotten. */
  async #warmUp(seconds: number): Promise<void> {
    await pause(seconds * 1000, this.#options.signal);
    this.#latency.finalityMs.clear();
    this.#latency.viewMs.clear();
    this.#load.paymentFinalityMs.clear();
  }

  #lines(): readonly string[] {
    const rows = this.#nodes.map(
      ({ report, rate, state }, node): TableRow => ({ node, state, report, paymentsPerSecond: rate }),
    );
    const first = this.#options.network.nodes[0]?.rpcPort ?? 8545;
    const lines = renderTable(rows, {
      elapsedS: (performance.now() - this.#startedMs) / 1000,
      finalityMs: this.#latency.finalityMs.summary(),
      paymentFinalityMs: this.#load.paymentFinalityMs.summary(),
      rpc: `http://127.0.0.1:${first}+i`,
      dashboard: dashboardOf(this.#options.visualizers),
    });
    // Always the same number of lines, so that redrawing covers what was there.
    return [...lines, ...(this.#options.followers === undefined ? [] : [this.#options.followers.line()]), this.#note];
  }

  async report(): Promise<LocalnetReport> {
    const { payments, seconds, bytes, cpuUs } = this.#measured;
    const reports = this.#nodes.flatMap(({ report }) => (report ? [report] : []));
    return {
      validators: this.#nodes.length,
      finalizedHeight: Math.max(0, ...reports.map(({ finalizedHeight }) => finalizedHeight)),
      finalizedPayments: payments,
      paymentsPerSecond: seconds > 0 ? Math.round((payments / seconds) * 10) / 10 : 0,
      finalityMs: this.#latency.finalityMs.summary(),
      viewMs: this.#latency.viewMs.summary(),
      paymentFinalityMs: this.#load.paymentFinalityMs.summary(),
      stateRootsAgree: await stateRootsAgree([...this.#clients, ...(this.#options.followers?.clients ?? [])]),
      followerHeights: this.#options.followers?.heights ?? [],
      nullifiedViews: Math.max(0, ...reports.map(({ nullifiedViews }) => nullifiedViews)),
      bytesPerPayment: payments > 0 ? Math.round(bytes / payments) : null,
      cpuUsPerPayment: payments > 0 ? Math.round(cpuUs / payments / this.#nodes.length) : null,
      memoryMb: { max: Math.round(this.#memoryMaxBytes / 1048576) },
      refused: this.#load.refused,
      restarts: this.#restarts,
    };
  }

  /** Stops every child that this run started. */
  async down(): Promise<void> {
    this.#load.stop();
    for (const client of this.#clients) client.close();
    await this.#options.followers?.stop();
    await Promise.all(this.#nodes.map(({ process }) => process.stop()));
  }
}

/** Says in a validator's own words why it does not start, for example that an older version wrote the folder. */
function doesNotStart(dir: string, index: number): UserError {
  const log = join(dir, `node${index}`, "node.log");
  const lines = existsSync(log) ? readFileSync(log, "utf8").slice(-LOG_CHARS).split("\n") : [];
  const from = lines.findLastIndex((line) => line.startsWith("error: "));
  const to = lines.findIndex((line, i) => i > from && line.startsWith("hint: "));
  const said = from < 0 ? [`see ${log}`] : lines.slice(from, to < 0 ? undefined : to);
  const reason = said.map((line) => line.trim()).join(" ");
  const hint = `read ${log}; --clean begins a new network in this folder`;
  return new UserError(
    "LOCALNET_VALIDATOR",
    `validator ${index} does not start: ${reason.replace("error: ", "")}`,
    hint,
  );
}

/** The keys of the visualizer as variables: whether it runs is decided anew each time, whatever the folder's files say. */
function visualizerEnv(port: number | undefined): Readonly<Record<string, string>> {
  if (port === undefined) return { NODE_VISUALIZER__ENABLED: "false" };
  return { NODE_VISUALIZER__ENABLED: "true", NODE_VISUALIZER__LISTEN_ADDRESS: `127.0.0.1:${port}` };
}

/** Where a person looks: the address of validator 0, or of the first that has one. */
function dashboardOf(ports: LocalnetOptions["visualizers"]): string | undefined {
  const first = ports?.findIndex((port) => port !== undefined) ?? -1;
  if (first < 0) return undefined;
  return `http://127.0.0.1:${ports![first]}${first === 0 ? "+i" : ` (node ${first})`}`;
}

/** How much counters of processes grow, though a restarted process starts again at zero. */
class Growth {
  readonly #last: number[] = [];

  add(index: number, value: number): number {
    const last = this.#last[index] ?? 0;
    this.#last[index] = value;
    return value >= last ? value - last : value;
  }
}
