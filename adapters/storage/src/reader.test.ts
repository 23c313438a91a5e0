import assert from "node:assert/strict";
import { join } from "node:path";
import { it } from "node:test";
import { Worker } from "node:worker_threads";
import { openStorage } from "./openStorage.ts";
import { bytes, row, temporaryDirectory, testOptions, text } from "./testing.ts";

it("a reader in another thread sees each durable commit, and its end leaves the writer alone", {
  timeout: 20_000,
}, async (t) => {
  const options = testOptions(temporaryDirectory(t));
  const writer = await openStorage(options);
  await writer.store.commit([row("a", "k", "0")]);
  const script = `
    const { parentPort } = require("node:worker_threads");
    (async () => {
      const { openStorage } = await import(${JSON.stringify(join(import.meta.dirname, "index.ts"))});
      const storage = await openStorage(${JSON.stringify({ ...options, readOnly: true })});
      const read = () => Buffer.from(storage.store.get("a", Buffer.from("k"))).toString();
      parentPort.on("message", async (message) => {
        if (message !== "close") return parentPort.postMessage(read());
        await storage.close();
        parentPort.close();
      });
      parentPort.postMessage(read());
    })();`;
  const worker = new Worker(script, { eval: true });
  t.after(() => worker.terminate());
  const answer = () => new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
  assert.equal(await answer(), "0");
  for (const value of ["1", "2", "3"]) {
    await writer.store.commit([row("a", "k", value)]);
    const read = answer();
    worker.postMessage("read");
    assert.equal(await read, value);
  }
  const ended = new Promise((resolve) => worker.once("exit", resolve));
  worker.postMessage("close");
  assert.equal(await ended, 0);
  await writer.store.commit([row("a", "k", "4")]);
  assert.equal(text(writer.store.get("a", bytes("k"))), "4");
  await writer.close();
});

it("ranges that are left early keep no snapshot: readers do not run out", { timeout: 60_000 }, async (t) => {
  const options = testOptions(temporaryDirectory(t));
  const storage = await openStorage(options);
  await storage.store.commit(Array.from({ length: 5 }, (_, i) => row("a", `k${i}`, "v")));
  // More than the readers that LMDB has room for; each commit makes a new snapshot.
  for (let i = 0; i < 200; i++) {
    await storage.store.commit([row("a", "z", `${i}`)]);
    for (const [key] of storage.store.range("a", { limit: 1 })) assert.equal(text(key), "k0");
    for (const [key] of storage.store.range("a", { limit: 5, reverse: true })) {
      assert.equal(text(key), "z");
      break;
    }
    storage.refresh();
  }
  await storage.close();
});
