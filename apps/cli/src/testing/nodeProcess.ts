import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const KAIROS = fileURLToPath(new URL("../kairos.ts", import.meta.url));
const KRATOS = fileURLToPath(new URL("../kratos.ts", import.meta.url));

/** A program that was told to end and does not is a fault that a test must see, and not wait for. */
const END_MS = 30_000;

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** One command as a process of its own, with what it printed. */
class ProgramProcess {
  output = "";
  readonly #child: ChildProcess;
  readonly #exited: Promise<number | NodeJS.Signals | null>;

  constructor(program: string, args: readonly string[]) {
    this.#child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.on("data", (chunk: Buffer) => {
        this.output += chunk.toString();
      });
    }
    running.add(this.#child);
    this.#exited = new Promise((resolve) => {
      this.#child.on("close", (code, signal) => {
        running.delete(this.#child);
        resolve(code ?? signal);
      });
    });
  }

  /** Process id, to look at the process from outside. */
  get pid(): number {
    return this.#child.pid!;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** @returns the exit code, or the signal that ended the process. */
  exited(): Promise<number | NodeJS.Signals | null> {
    return this.#exited;
  }

  /** Sends a signal that does not end it. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Sends a signal and waits for the end. @returns "SIGKILL" for a process that did not end within half a minute */
  async end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    this.#child.kill(signal);
    const late = setTimeout(() => this.#child.kill("SIGKILL"), END_MS);
    const code = await this.#exited;
    clearTimeout(late);
    return code;
  }
}

/** One `kairos` command. */
export class NodeProcess extends ProgramProcess {
  constructor(...args: readonly string[]) {
    super(KAIROS, args);
  }
}

/** One `kratos` command. */
export class KratosProcess extends ProgramProcess {
  constructor(...args: readonly string[]) {
    super(KRATOS, args);
  }
}
