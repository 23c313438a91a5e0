import { parentPort, workerData } from "node:worker_threads";
import { type BackupRequest, writeBackup } from "../backup/writeBackup.ts";

/** What the thread tells. */
export type BackupMessage =
  | { readonly kind: "progress"; readonly done: number; readonly total: number }
  | { readonly kind: "done"; readonly file: string; readonly height: number; readonly rows: number }
  | { readonly kind: "failed"; readonly code: string; readonly message: string };

/** Writes one backup outside the thread of consensus; a message from the parent ends it early. */
if (parentPort !== null) {
  const parent = parentPort;
  const tell = (message: BackupMessage) => parent.postMessage(message);
  let cancelled = false;
  parent.once("message", () => {
    cancelled = true;
  });
  writeBackup(workerData as BackupRequest, (done, total) => {
    if (cancelled) throw new Error("the caller has left");
    tell({ kind: "progress", done, total });
  })
    .then(({ file, manifest }) => tell({ kind: "done", file, height: manifest.height, rows: manifest.rows }))
    .catch((error: unknown) => {
      const code = error instanceof Error && "code" in error ? String(error.code) : "BACKUP";
      tell({ kind: "failed", code, message: error instanceof Error ? error.message : String(error) });
    })
    // The listener above would keep the thread alive.
    .finally(() => parent.close());
}
