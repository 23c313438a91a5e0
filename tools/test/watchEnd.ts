import { isMainThread } from "node:worker_threads";

/**
 * Preloaded into every test process: Node bounds each test, and nothing bounds a file whose tests are over while a socket or
 * a child still holds it. Such a file fails, and says what holds it; `exit` listeners end the children.
 */
const limitMs = Number(process.env.TEST_FILE_TIMEOUT_MS ?? 0);

if (isMainThread && limitMs > 0) {
  setTimeout(() => {
    const held = process.getActiveResourcesInfo().filter((name) => name !== "Timeout");
    process.stderr.write(`the file did not end within ${limitMs} ms; held by: ${held.join(", ") || "a timer"}\n`);
    process.exit(1);
  }, limitMs).unref();
}
