import { parentPort, workerData } from "node:worker_threads";
import { createCallRunner } from "./createCallRunner.ts";
import type { CallRequestMessage, CallThreadSetup } from "./protocol.ts";

/** A thread that answers calls on its own view of the store (kairos J7). */
const port = parentPort;
if (port === null) throw new Error("this file runs as a worker thread");
const run = await createCallRunner(workerData as CallThreadSetup);
port.postMessage("ready");
port.on("message", (requests: readonly CallRequestMessage[]) => {
  // Each answer by itself: the one after it may take long.
  for (const request of requests) port.postMessage(run(request));
});
