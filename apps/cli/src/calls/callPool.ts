import { Worker } from "node:worker_threads";
import type { Answer } from "@polis/kairos";
import { refusal } from "@polis/kairos";
import type { Logger, Metrics } from "@polis/ports";
import { RawJson } from "@polis/rpc";
import type { CallAnswerMessage, CallRequestMessage, CallThreadSetup } from "./protocol.ts";

/** How many call threads there may be, and how much may wait for them. */
export interface CallPoolOptions {
  readonly threads: number;
  readonly setup: CallThreadSetup;
  /** Jobs that one thread has before it: more than one, so that it does not wait for this thread between two. */
  readonly depth: number;
  /** Names the pool in metrics and logs. */
  readonly lane: string;
  /** Jobs and bytes that wait for a thread. */
  readonly maxQueued: number;
  readonly maxQueuedBytes: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** One job as the pool takes it. */
export interface PoolJob {
  readonly request: Omit<CallRequestMessage, "id">;
  readonly bytes: number;
  readonly signal: AbortSignal | undefined;
}

interface Waiting extends PoolJob {
  readonly settle: (answer: Answer) => void;
}

interface Given extends Waiting {
  readonly id: number;
  /** The caller has left: nobody waits for the answer. */
  abandoned: boolean;
}

interface Thread {
  readonly worker: Worker;
  /** The first one runs, the others wait in the thread; they are answered in this order. */
  readonly given: Given[];
  /** What is sent to it at the end of this turn: waking a thread costs more than most calls do. */
  outbox: CallRequestMessage[];
  /** It has loaded its program and opened the store. */
  ready: boolean;
  /** Ends the thread when its first job takes too long, or when it has nothing to do. */
  timer: NodeJS.Timeout | undefined;
}

/** After its time a thread gets this much to say so itself, before it is ended. */
const graceMs = 100;
/** A caller that left is given up within a second (J7); a job that is nearly done spares a new thread. */
const abandonMs = 500;
/** A thread with nothing to do ends, and its memory with it. */
const idleMs = 120_000;
/** Memory of one thread; a job that needs more ends it. */
const maxThreadMb = 512;
const calls = Object.freeze({ worker: "calls" });
/** Results up to this length are values again; longer ones are only passed on. */
const maxParsedLength = 65_536;

/**
 * Threads that answer calls, so that none of them can hold consensus up (kairos J7). Threads start when there is work. A job
 * that takes too long, too much memory or has no caller any more is ended with its thread, which is replaced.
 */
export class CallPool {
  readonly #options: CallPoolOptions;
  readonly #threads = new Set<Thread>();
  #queue: Waiting[] = [];
  #queuedBytes = 0;
  #nextId = 1;
  /** Threads that ended before their time and were not replaced yet. */
  #lost = 0;
  #closed = false;

  constructor(options: CallPoolOptions) {
    this.#options = options;
  }

  run(job: PoolJob): Promise<Answer> {
    const { maxQueued, maxQueuedBytes, metrics, lane } = this.#options;
    if (this.#closed) return Promise.resolve(refusal(-32000, "the node is stopping"));
    if (this.#queue.length >= maxQueued || this.#queuedBytes + job.bytes > maxQueuedBytes) {
      metrics.count("jsonrpc_calls_refused_total", 1, { lane, reason: "queue" });
      return Promise.resolve(refusal(-32005, "too many calls are waiting, retry later"));
    }
    return new Promise((settle) => {
      const onAbort = (): void => this.#abandon(waiting);
      const waiting: Waiting = {
        ...job,
        settle: (answer) => {
          // A socket asks many times in its life: what it waited for must not stay with it.
          job.signal?.removeEventListener("abort", onAbort);
          settle(answer);
        },
      };
      this.#queue.push(waiting);
      this.#queuedBytes += job.bytes;
      job.signal?.addEventListener("abort", onAbort, { once: true });
      this.#dispatch();
    });
  }

  /** Ends all threads; jobs that wait or run are refused. */
  async close(): Promise<void> {
    this.#closed = true;
    const stopping = refusal(-32000, "the node is stopping");
    for (const { settle } of this.#queue) settle(stopping);
    this.#queue = [];
    await Promise.all([...this.#threads].map((thread) => this.#end(thread, stopping)));
  }

  #dispatch(): void {
    const { threads, depth, metrics, lane } = this.#options;
    metrics.gauge("jsonrpc_calls_waiting", this.#queue.length, { lane });
    while (this.#queue.length > 0) {
      let least: Thread | undefined;
      for (const thread of this.#threads) {
        if (least === undefined || thread.given.length < least.given.length) least = thread;
      }
      if ((least === undefined || least.given.length > 0) && this.#threads.size < threads) least = this.#start();
      if (least === undefined || least.given.length >= depth) return;
      const next = this.#queue.shift()!;
      this.#queuedBytes -= next.bytes;
      this.#give(least, next);
    }
  }

  #give(thread: Thread, job: Waiting): void {
    const id = this.#nextId++;
    thread.given.push({ ...job, id, abandoned: false });
    if (thread.outbox.length === 0) setImmediate(() => this.#flush(thread));
    thread.outbox.push({ ...job.request, id });
    if (thread.ready && thread.given.length === 1) this.#watch(thread);
  }

  #flush(thread: Thread): void {
    const { outbox } = thread;
    thread.outbox = [];
    // A thread that has ended has given its jobs to another.
    if (this.#threads.has(thread)) thread.worker.postMessage(outbox);
  }

  /** The time of a job begins when the thread has come to it. */
  #watch(thread: Thread): void {
    clearTimeout(thread.timer);
    const [first] = thread.given;
    if (first === undefined) {
      thread.timer = setTimeout(() => void this.#end(thread, refusal(-32000, "idle"), "idle"), idleMs);
      thread.timer.unref();
      return;
    }
    const { timeoutMs } = first.request;
    const tooLong = refusal(-32005, `the call took longer than ${timeoutMs} ms`);
    if (first.abandoned) this.#giveUp(thread, first);
    else thread.timer = setTimeout(() => void this.#end(thread, tooLong, "timeout"), timeoutMs + graceMs);
  }

  /** Nobody waits for this job: what is left of it soon ends with its thread. */
  #giveUp(thread: Thread, job: Given): void {
    clearTimeout(thread.timer);
    const gone = refusal(-32000, "the caller has left");
    thread.timer = setTimeout(() => {
      if (thread.given[0] === job) void this.#end(thread, gone, "abandoned");
    }, abandonMs);
  }

  #start(): Thread {
    if (this.#lost > 0) {
      this.#lost--;
      this.#options.metrics.count("worker_restarts_total", 1, calls);
    }
    const worker = new Worker(new URL("./callThread.ts", import.meta.url), {
      workerData: this.#options.setup,
      resourceLimits: { maxOldGenerationSizeMb: maxThreadMb },
    });
    worker.unref();
    const thread: Thread = { worker, given: [], outbox: [], ready: false, timer: undefined };
    this.#threads.add(thread);
    worker.on("message", (message: CallAnswerMessage | "ready") => {
      if (message !== "ready") {
        this.#onAnswer(thread, message);
        return;
      }
      thread.ready = true;
      this.#watch(thread);
    });
    worker.on("error", (error: Error) => this.#onError(thread, error));
    worker.on("exit", () => this.#forget(thread, refusal(-32000, "the call's thread has ended")));
    return thread;
  }

  #onAnswer(thread: Thread, answer: CallAnswerMessage): void {
    const [first] = thread.given;
    if (first === undefined || first.id !== answer.id) return;
    thread.given.shift();
    this.#watch(thread);
    first.settle("error" in answer ? { ok: false, error: answer.error } : { ok: true, value: resultOf(answer.text) });
    this.#dispatch();
  }

  #onError(thread: Thread, error: Error): void {
    const { logger, metrics, lane } = this.#options;
    this.#lost++;
    const isMemory = "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
    metrics.count("jsonrpc_call_threads_ended_total", 1, { lane, reason: isMemory ? "memory" : "error" });
    if (!isMemory)
      logger.log("error", "a call thread failed", { error: (error.stack ?? error.message).slice(0, 2_000) });
    const answer = isMemory ? refusal(-32005, "the call needs too much memory") : refusal(-32603, "internal error");
    this.#forget(thread, answer);
  }

  /** A caller has left: its job is not done, or not finished. */
  #abandon(waiting: Waiting): void {
    const at = this.#queue.indexOf(waiting);
    const gone = refusal(-32000, "the caller has left");
    if (at >= 0) {
      this.#queue.splice(at, 1);
      this.#queuedBytes -= waiting.bytes;
      waiting.settle(gone);
      return;
    }
    for (const thread of this.#threads) {
      const given = thread.given.find(({ settle }) => settle === waiting.settle);
      if (given === undefined) continue;
      given.abandoned = true;
      given.settle(gone);
      if (thread.ready && thread.given[0] === given) this.#giveUp(thread, given);
    }
  }

  async #end(thread: Thread, answer: Answer, reason?: string): Promise<void> {
    if (!this.#threads.has(thread)) return;
    if (reason !== undefined) {
      if (reason !== "idle") this.#lost++;
      this.#options.metrics.count("jsonrpc_call_threads_ended_total", 1, { lane: this.#options.lane, reason });
    }
    this.#forget(thread, answer);
    await thread.worker.terminate();
  }

  /** The thread takes no more jobs; the one that ran gets this answer, those behind it go to another thread. */
  #forget(thread: Thread, answer: Answer): void {
    if (!this.#threads.delete(thread)) return;
    clearTimeout(thread.timer);
    const [first, ...behind] = thread.given.splice(0);
    first?.settle(answer);
    for (const job of behind.reverse()) {
      if (job.abandoned) continue;
      if (this.#closed) job.settle(answer);
      else {
        this.#queue.unshift(job);
        this.#queuedBytes += job.bytes;
      }
    }
    if (!this.#closed) this.#dispatch();
  }
}

/** Small results are read again, because methods may look at them; a large one is text until it is sent. */
function resultOf(text: string): (Answer & { readonly ok: true })["value"] {
  if (text.length <= maxParsedLength) return JSON.parse(text);
  return new RawJson(text) as unknown as (Answer & { readonly ok: true })["value"];
}
