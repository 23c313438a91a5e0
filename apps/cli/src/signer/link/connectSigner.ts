import { Worker } from "node:worker_threads";
import type { VoteSigner } from "@polis/crypto";
import { makeTlsIdentity } from "@polis/net";
import type { Logger, Metrics } from "@polis/ports";
import { UserError } from "../../errors.ts";
import { decodeHello, encodeRequest, type SignerHello, type SignRequest } from "../wire.ts";
import { awaitAnswer, mailboxBuffer, mailboxOver, OUTCOME, WORD } from "./mailbox.ts";
import { createRemoteKeys } from "./remoteKeys.ts";
import { parseSignerAddress } from "./signerAddress.ts";
import type { ThreadMessage, ThreadRequest, ThreadSetup } from "./signerThread.ts";

/** How a signer is reached. */
export interface ConnectSignerOptions {
  /** `unix:/path`, a path, or `tls://host:port/<key>`. */
  readonly address: string;
  /** How long the thread of consensus waits for one signature. */
  readonly timeoutMs: number;
  /** How long the first connection may take. */
  readonly connectMs: number;
  /** Ed25519 secret of this node, which a signer on TLS knows. */
  readonly p2pSecret: Uint8Array;
}

/** A signer in another process, connected. */
export interface RemoteSigner {
  readonly hello: SignerHello;
  readonly keys: VoteSigner;
  /** From now on: says what becomes of the link and counts requests. */
  observe(logger: Logger, metrics: Metrics): void;
  close(): Promise<void>;
}

/** Numbers of requests are words of shared memory, so they begin again below 2^31. */
const MAX_ID = 2 ** 30;
const RESULTS: Readonly<Record<number, string>> = {
  [OUTCOME.signed]: "signed",
  [OUTCOME.refused]: "refused",
  [OUTCOME.unreachable]: "unreachable",
};

/**
 * Connects to `kairos signer`. Signatures are wanted inside a step of the replica, so the calling thread sleeps while
 * another thread talks to the signer; it wakes at once when the link breaks, and does not wait again before the signer has
 * answered something (docs/decisions/remote-signer.md).
 * @throws UserError when the signer cannot be reached in time
 */
export async function connectSigner(options: ConnectSignerOptions): Promise<RemoteSigner> {
  const address = parseSignerAddress(options.address);
  if (address === undefined) {
    const hint = "want unix:/run/kairos/signer.sock, or tls://host:port/<Ed25519 key of the signer>";
    throw new UserError("SIGNER_ADDRESS", `identity.remote_signer = ${options.address}`, hint, { exitCode: 2 });
  }
  const buffer = mailboxBuffer();
  const { keyPem, certificatePem } = makeTlsIdentity(options.p2pSecret);
  const setup: ThreadSetup = { address, keyPem, certificatePem, buffer };
  const worker = new Worker(new URL("./signerThread.ts", import.meta.url), { workerData: setup });
  worker.unref();
  const link = new SignerLink(worker, buffer, options.timeoutMs);
  try {
    const hello = await link.firstHello(options.connectMs);
    return {
      hello,
      keys: createRemoteKeys(hello.index, (request) => link.ask(request)),
      observe: (logger, metrics) => link.observe(logger, metrics),
      close: async () => void (await worker.terminate()),
    };
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

class SignerLink {
  readonly #worker: Worker;
  readonly #mailbox: ReturnType<typeof mailboxOver>;
  readonly #timeoutMs: number;
  #id = 0;
  #down = "it does not answer";
  #logger: Logger | undefined;
  #metrics: Metrics | undefined;

  constructor(worker: Worker, buffer: SharedArrayBuffer, timeoutMs: number) {
    this.#worker = worker;
    this.#mailbox = mailboxOver(buffer);
    this.#timeoutMs = timeoutMs;
  }

  firstHello(connectMs: number): Promise<SignerHello> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const hint = "start `kairos signer` first, and check identity.remote_signer";
        reject(new UserError("SIGNER_UNREACHABLE", `no signer: ${this.#down}`, hint));
      }, connectMs);
      this.#worker.on("error", (error: Error) => {
        reject(error);
        Atomics.store(this.#mailbox.words, WORD.ready, 0);
        this.#logger?.log("error", `the thread of the signer's link has ended: ${error.message}; start the node again`);
      });
      this.#worker.on("message", (message: ThreadMessage) => {
        if (message.kind === "hello") {
          clearTimeout(timer);
          resolve(decodeHello(message.body)!);
        } else this.#onLink(message);
      });
    });
  }

  observe(logger: Logger, metrics: Metrics): void {
    this.#logger = logger;
    this.#metrics = metrics;
    metrics.gauge("signer_connected", Atomics.load(this.#mailbox.words, WORD.ready));
  }

  /** Sleeps until the signer has answered, the link has broken, or the time is over. */
  ask(request: SignRequest): Uint8Array | undefined {
    if (Atomics.load(this.#mailbox.words, WORD.ready) === 0) return this.#count("unreachable");
    const startMs = performance.now();
    this.#id = (this.#id % MAX_ID) + 1;
    const id = this.#id;
    this.#worker.postMessage({ id, body: encodeRequest(id, request) } satisfies ThreadRequest);
    const got = awaitAnswer(this.#mailbox, id, startMs + this.#timeoutMs, () => performance.now());
    this.#metrics?.observe("signer_request_duration_seconds", (performance.now() - startMs) / 1000);
    if (got?.outcome === OUTCOME.signed) {
      this.#count("signed");
      return got.answer;
    }
    if (got === undefined) {
      // Whoever did not answer is not waited for again; the next answer of any kind sets this to 1.
      Atomics.store(this.#mailbox.words, WORD.ready, 0);
      this.#logger?.log("warn", "the signer did not answer in time; no vote until it does", { kind: request.kind });
    } else if (got.outcome === OUTCOME.refused) {
      this.#logger?.log("error", "the signer refused", { reason: new TextDecoder().decode(got.answer) });
    }
    return this.#count(got === undefined ? "timeout" : (RESULTS[got.outcome] ?? "unreachable"));
  }

  #count(result: string): undefined {
    this.#metrics?.count("signer_requests_total", 1, { result });
    return undefined;
  }

  #onLink({ kind, reason }: Exclude<ThreadMessage, { kind: "hello" }>): void {
    this.#metrics?.gauge("signer_connected", kind === "up" ? 1 : 0);
    if (kind === "up") this.#logger?.log("info", "the signer is connected");
    else if (reason !== this.#down) this.#logger?.log("warn", `no signer, so no votes: ${reason}`);
    this.#down = kind === "up" ? "" : reason;
  }
}
