import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitUntil } from "../../../apps/cli/src/testing/waitUntil.ts";

/** What Prometheus says of one alert. */
export interface ActiveAlert {
  readonly state: "pending" | "firing";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The real Prometheus, with data in a temporary folder. */
export class Prometheus {
  readonly #dir = mkdtempSync(join(tmpdir(), "kairos-prometheus-"));
  readonly #url: string;
  readonly #process: ChildProcess;
  #output = "";

  /**
   * Starts it with rules and targets.
   * @param port where it listens; free
   * @param targets instance name and port of what it scrapes twice a second
   */
  constructor(port: number, rules: string, targets: readonly (readonly [string, number])[]) {
    this.#url = `http://127.0.0.1:${port}`;
    mkdirSync(join(this.#dir, "data"));
    writeFileSync(join(this.#dir, "rules.yml"), rules);
    writeFileSync(join(this.#dir, "prometheus.yml"), configOf(targets));
    this.#process = spawn(
      "prometheus",
      [
        `--config.file=${join(this.#dir, "prometheus.yml")}`,
        `--storage.tsdb.path=${join(this.#dir, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--log.level=warn",
      ],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on("data", (text: Buffer) => {
        this.#output = (this.#output + text).slice(-10_000);
      });
    }
  }

  /** Resolves when it answers. */
  async ready(): Promise<void> {
    const answers = () =>
      fetch(`${this.#url}/-/ready`)
        .then((r) => r.ok)
        .catch(() => false);
    await waitUntil("Prometheus is ready", 20_000, answers).catch((error: Error) => {
      throw new Error(`${error.message}: ${this.#output}`);
    });
  }

  /** Alerts that are pending or firing now. */
  async alerts(): Promise<readonly ActiveAlert[]> {
    const response = await fetch(`${this.#url}/api/v1/alerts`);
    const { data } = (await response.json()) as { data: { alerts: ActiveAlert[] } };
    return data.alerts;
  }

  /** @returns how many series the expression gives now. @throws Error when Prometheus does not understand it */
  async query(expression: string): Promise<number> {
    const response = await fetch(`${this.#url}/api/v1/query?${new URLSearchParams({ query: expression })}`);
    const answer = (await response.json()) as { status: string; error?: string; data: { result: unknown[] } };
    if (answer.status !== "success") throw new Error(`${expression}: ${answer.error}`);
    return answer.data.result.length;
  }

  /** Ends the process that this object started, and removes its data. */
  async close(): Promise<void> {
    if (this.#process.exitCode === null) {
      const ended = new Promise((resolve) => this.#process.once("exit", resolve));
      this.#process.kill("SIGKILL");
      await ended;
    }
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

function configOf(targets: readonly (readonly [string, number])[]): string {
  const list = targets.map(([instance, port]) => [
    `      - targets: ["127.0.0.1:${port}"]`,
    "        labels:",
    `          instance: ${instance}`,
  ]);
  return [
    "global:",
    "  scrape_interval: 500ms",
    "  scrape_timeout: 500ms",
    "  evaluation_interval: 500ms",
    "rule_files: [rules.yml]",
    "scrape_configs:",
    "  - job_name: kairos",
    "    static_configs:",
    ...list.flat(),
    "",
  ].join("\n");
}
