import { Worker } from "node:worker_threads";
import { type Address, addressOf } from "@polis/codec";
import type { KairosParams } from "@polis/kairos";
import { packEnvelopes, VERDICT_BYTES } from "./pack.ts";

export type VerifySetup = Pick<KairosParams, "chainId" | "tx">;

export interface VerifyJob {
  readonly id: number;
  readonly packed: Uint8Array<ArrayBuffer>;
}

export interface VerifyAnswer {
  readonly id: number;
  readonly verdicts: Uint8Array<ArrayBuffer>;
}

/** Threads that verify transaction signatures in batches (kairos 1.6, K3). */
export interface VerifyPool {
  /** @returns the sender that each envelope's signatures prove, or undefined where they do not hold. */
  verify(envelopes: readonly Uint8Array[]): Promise<readonly (Address | undefined)[]>;
  close(): Promise<void>;
}

/**
 * Starts `threads` workers. Jobs go to the threads in turn; each answers in order.
 * @param onFailure called when a thread dies: its node must stop, because jobs would wait for ever.
 */
export function createVerifyPool(threads: number, setup: VerifySetup, onFailure: (error: Error) => void): VerifyPool {
  const waiting = new Map<number, (verdicts: Uint8Array) => void>();
  let closing = false;
  let next = 0;
  const workers = Array.from({ length: threads }, () => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: setup });
    worker.on("message", ({ id, verdicts }: VerifyAnswer) => {
      waiting.get(id)?.(verdicts);
      waiting.delete(id);
    });
    worker.on("error", onFailure);
    worker.on("exit", (code) => {
      if (!closing) onFailure(new Error(`a signature thread ended with code ${code}`));
    });
    worker.unref();
    return worker;
  });
  return {
    verify: async (envelopes) => {
      const id = next++;
      const packed = packEnvelopes(envelopes);
      const answered = new Promise<Uint8Array>((resolve) => waiting.set(id, resolve));
      workers[id % workers.length]?.postMessage({ id, packed } satisfies VerifyJob, [packed.buffer]);
      return readVerdicts(await answered);
    },
    close: async () => {
      closing = true;
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function readVerdicts(verdicts: Uint8Array): readonly (Address | undefined)[] {
  const senders: (Address | undefined)[] = [];
  for (let at = 0; at < verdicts.length; at += VERDICT_BYTES) {
    senders.push(verdicts[at] === 1 ? addressOf(verdicts.subarray(at + 1, at + VERDICT_BYTES)) : undefined);
  }
  return senders;
}
