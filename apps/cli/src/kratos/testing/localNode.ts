import assert from "node:assert/strict";
import { KratosProcess } from "../../testing/nodeProcess.ts";
import { waitUntil } from "../../testing/waitUntil.ts";
import { createKratosClient, type KratosClient } from "../client/createKratosClient.ts";

/** What a node logs when it runs. */
interface UpLine {
  readonly msg: string;
  readonly rpcPort: number;
  readonly peerId: string;
}

/** `kratos run` as a process on ports that it chooses, and its JSON-RPC. */
export class LocalNode {
  readonly process: KratosProcess;
  #up: UpLine | undefined;

  /** @param args of `kratos run`, besides ports and the form of the log */
  constructor(...args: readonly string[]) {
    this.process = new KratosProcess("run", "--port", "0", "--rpc-port", "0", "--json", ...args);
  }

  /** Waits until its JSON-RPC answers. */
  async up(timeoutMs = 30_000): Promise<this> {
    await waitUntil("the node is up", timeoutMs, () => {
      this.#up ??= this.lines().find(({ msg }) => msg === "the node is up") as UpLine | undefined;
      return this.#up !== undefined || !this.process.isRunning;
    }).catch((error: Error) => assert.fail(`${error.message}\n${this.process.output}`));
    assert.ok(this.#up !== undefined, `it ended\n${this.process.output}`);
    return this;
  }

  /** The lines of its log; what was printed besides is left out. */
  lines(): readonly Readonly<Record<string, unknown>>[] {
    const whole = this.process.output.split("\n").slice(0, -1);
    return whole.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  }

  get peerId(): string {
    return this.#up!.peerId;
  }

  get client(): KratosClient {
    return createKratosClient(`http://127.0.0.1:${this.#up!.rpcPort}`);
  }

  /** Waits until this height is final here; looks three times a second, as the limit of requests allows. */
  async final(height: number, timeoutMs = 30_000): Promise<void> {
    const end = performance.now() + timeoutMs;
    let seen = -1;
    while (seen < height) {
      seen = await this.client.chain_getInfo().then(
        (info) => info.finalizedHeight,
        () => seen,
      );
      assert.ok(
        performance.now() < end,
        `${seen} of ${height} final within ${timeoutMs} ms\n${this.process.output.slice(-3_000)}`,
      );
      if (seen < height) await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  finalHeight(): Promise<number> {
    return this.client.chain_getInfo().then((info) => info.finalizedHeight);
  }

  kill(): Promise<unknown> {
    return this.process.end("SIGKILL");
  }

  /** Ends it as an operator does. */
  async stop(): Promise<void> {
    assert.equal(await this.process.end("SIGTERM"), 0, this.process.output.slice(-3_000));
  }
}
