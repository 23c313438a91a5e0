import assert from "node:assert/strict";
import { test } from "node:test";
import { TestNetwork } from "../testing/network.ts";
import { ShutdownError } from "./shutdownError.ts";

test("shutdown names what has not ended in time, is idempotent, and frees the store in the end (X10)", {
  timeout: 30_000,
}, async (t) => {
  const net = await TestNetwork.generate(1);
  t.after(() => net.close());
  await net.start();
  await net.reaches(2);
  const node = net.node(0);
  const { storage } = node.kairos!.chain;
  const gate = Promise.withResolvers<void>();
  const close = storage.close.bind(storage);
  storage.close = () => gate.promise.then(close);
  await assert.rejects(node.shutdown(300), (error) => {
    assert.ok(error instanceof ShutdownError);
    assert.deepEqual(error.unfinished, ["storage"]);
    return true;
  });
  gate.resolve();
  await Promise.all([node.shutdown(5_000), node.shutdown(5_000)]);
  await net.start();
  await net.reaches(node.finalizedHeight! + 1);
});

test("a start that fails leaves nothing open: the same configuration starts when the port is free", {
  timeout: 30_000,
}, async (t) => {
  const net = await TestNetwork.generate(1);
  const { createServer } = await import("node:net");
  const squatter = createServer().listen(net.ports.jsonRpc, "127.0.0.1");
  t.after(async () => {
    squatter.close();
    await net.close();
  });
  await new Promise((resolve) => squatter.once("listening", resolve));
  await assert.rejects(net.start(), { code: "EADDRINUSE" });
  await new Promise((resolve) => squatter.close(resolve));
  await net.start([0], { acceptJournalLoss: false });
  await net.reaches(1);
});
