import { parentPort, workerData } from "node:worker_threads";
import { serveVisualizer, type VisualizerSetup } from "./serveVisualizer.ts";
import type { ThreadMessage } from "./startVisualizer.ts";

/** The thread of the visualizer's server: readers, however many, never take a moment of consensus (kairos V2). */
const parent = parentPort;
if (parent === null) throw new Error("this file runs as a worker thread");
const tell = (message: ThreadMessage): void => parent.postMessage(message);
try {
  const server = await serveVisualizer(workerData as VisualizerSetup, {
    count: (...args) => tell({ kind: "metric", change: "count", args }),
    gauge: (...args) => tell({ kind: "metric", change: "gauge", args }),
  });
  parent.once("message", () => {
    void server.close().then(() => {
      tell({ kind: "closed" });
      parent.close();
    });
  });
  tell({ kind: "listening", port: server.port });
} catch (error) {
  const code = error instanceof Error && "code" in error ? String(error.code) : "VISUALIZER";
  tell({ kind: "failed", code, message: error instanceof Error ? error.message : String(error) });
}
