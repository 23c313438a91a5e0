import { isAbsolute } from "node:path";
import { Worker } from "node:worker_threads";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import type { BackupRequest, BackupResponseSchema } from "@polis/proto";
import type { BackupRequest as WriteRequest } from "../backup/writeBackup.ts";
import { callError, wrongField } from "../grpc/callError.ts";
import type { AdminNode } from "./adminNode.ts";
import type { BackupMessage } from "./backupThread.ts";

type Progress = MessageInitShape<typeof BackupResponseSchema>;

/** Backups of one node: one at a time. */
export interface Backups {
  /** Progress, then the file. A caller who leaves ends the backup, and nothing is left of it. */
  stream(request: BackupRequest, signal: AbortSignal): AsyncGenerator<Progress>;
}

/** Makes backups in a thread of their own, so that votes do not wait for them. */
export function createBackups(node: AdminNode): Backups {
  let running = false;
  return {
    async *stream(request, signal) {
      if (!isAbsolute(request.destination)) throw wrongField("destination", "an absolute path of a directory");
      if (running) throw callError("LIMIT_EXCEEDED", "a backup is running already");
      running = true;
      try {
        yield* messages(writeRequest(node, request), signal);
      } finally {
        running = false;
      }
    },
  };
}

function writeRequest({ config, chain }: AdminNode, { destination }: BackupRequest): WriteRequest {
  const { genesis, genesisHash } = chain;
  return {
    storagePath: config.storage.path,
    mapSizeBytes: config.storage.mapSize,
    ...{ genesisHash, destination, withJournal: false, network: genesis.network },
    chainId: Number(genesis.params.chainId),
    nowMs: Date.now(),
  };
}

async function* messages(request: WriteRequest, signal: AbortSignal): AsyncGenerator<Progress> {
  const thread = new Worker(new URL("./backupThread.ts", import.meta.url), { workerData: request });
  const gone = new Promise<void>((resolve) => thread.once("exit", () => resolve()));
  const inbox = inboxOf(thread);
  const leave = () => thread.postMessage("leave");
  signal.addEventListener("abort", leave);
  try {
    for (;;) {
      const message = await inbox.next();
      if (message.kind === "failed") throw failed(message.code, message.message);
      if (message.kind === "done") {
        const rows = BigInt(message.rows);
        yield { rowsDone: rows, rowsTotal: rows, file: message.file, height: BigInt(message.height) };
        return;
      }
      yield { rowsDone: BigInt(message.done), rowsTotal: BigInt(message.total) };
    }
  } finally {
    signal.removeEventListener("abort", leave);
    leave();
    await gone;
  }
}

/** The newest progress, or what ended it: a slow reader makes nothing pile up. */
function inboxOf(thread: Worker): { next(): Promise<BackupMessage> } {
  let held: BackupMessage | undefined;
  let wake: (() => void) | undefined;
  const put = (message: BackupMessage) => {
    if (held === undefined || held.kind === "progress") held = message;
    wake?.();
  };
  thread.on("message", put);
  thread.on("error", (error: unknown) => {
    put({ kind: "failed", code: "BACKUP", message: error instanceof Error ? error.message : String(error) });
  });
  thread.on("exit", () => put({ kind: "failed", code: "BACKUP", message: "the thread of the backup has ended" }));
  return {
    async next() {
      while (held === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const message = held;
      if (message.kind === "progress") held = undefined;
      return message;
    },
  };
}

function failed(code: string, message: string): Error {
  const status = code === "ENOSPC" ? Code.ResourceExhausted : Code.FailedPrecondition;
  return callError("INTERNAL", message, { status, metadata: { code } });
}
