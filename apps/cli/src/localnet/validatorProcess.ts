import { type ChildProcess, fork } from "node:child_process";
import { createWriteStream, type WriteStream } from "node:fs";
import type { NodeMessage, NodeReport } from "./nodeReport.ts";

export interface ValidatorProcessOptions {
  /** The program's entry file. */
  readonly program: string;
  /** The words of its command; a function is asked at each start. */
  readonly args: readonly string[] | (() => readonly string[]);
  /** Flags of the runtime, for example for a CPU profile. */
  readonly runtimeArgs?: readonly string[];
  /**
   * The process has a group of its own, so that Ctrl-C in the terminal reaches this process alone, which still has something to
   * ask of the others. One whose parent dies ends because its channel closes.
   */
  readonly ownGroup?: boolean;
  /** Variables over those of this process, for example keys of the configuration (kairos X2). */
  readonly env?: Readonly<Record<string, string>>;
  /** Standard output and error of the process go here. */
  readonly logFile: string;
  /** What a validator of Kairos tells its parent. */
  readonly onReport?: (report: NodeReport) => void;
  readonly onReady: (rpcPort: number) => void;
  /** Called when the process ended without having been asked to; it is started again a second later. */
  readonly onUnexpectedExit: (code: number | null, signal: NodeJS.Signals | null) => void;
}

/**
 * Payments live for a part of a second: with room for that much in the young generation they die there and are not marked
 * with what stays. What was promoted all the same is collected before it has outgrown the live heap by much, so that the
 * memory of a busy validator is flat and six of them fit on one computer.
 */
const HEAP_ARGS = ["--max-semi-space-size=64", "--min-semi-space-size=16", "--heap-growing-percent=60"];
const RESTART_MS = 1000;
const STOP_MS = 10_000;

/** One validator as an operating-system process: started, started again when it dies, stopped cleanly. */
export class ValidatorProcess {
  readonly #options: ValidatorProcessOptions;
  readonly #log: WriteStream;
  #child: ChildProcess | undefined;
  #restart: NodeJS.Timeout | undefined;
  #stopping = false;
  /** Whether the process runs and has reported that its interfaces answer. */
  ready = false;

  constructor(options: ValidatorProcessOptions) {
    this.#options = options;
    this.#log = createWriteStream(options.logFile, { flags: "a", mode: 0o600 });
  }

  /** The operating system's process id, while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    const { args } = this.#options;
    const child = fork(this.#options.program, [...(typeof args === "function" ? args() : args)], {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: { ...process.env, ...this.#options.env },
      detached: this.#options.ownGroup ?? false,
      execArgv: [...HEAP_ARGS, ...(this.#options.runtimeArgs ?? [])],
    });
    this.#child = child;
    child.stdout?.pipe(this.#log, { end: false });
    child.stderr?.pipe(this.#log, { end: false });
    child.on("message", (message: NodeMessage) => {
      if (message.kind === "report") this.#options.onReport?.(message);
      else {
        this.ready = true;
        this.#options.onReady(message.rpcPort);
      }
    });
    child.on("exit", (code, signal) => {
      this.ready = false;
      this.#child = undefined;
      if (this.#stopping) return;
      this.#options.onUnexpectedExit(code, signal);
      this.#restart = setTimeout(() => this.start(), RESTART_MS);
    });
  }

  /** Asks the process to end and waits for it; ends it by force after ten seconds. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child !== undefined) {
      const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
      child.kill("SIGTERM");
      const force = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      await ended;
      clearTimeout(force);
    }
    await new Promise<void>((resolve) => this.#log.end(() => resolve()));
  }
}
