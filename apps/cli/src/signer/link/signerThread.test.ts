import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import type { Digest, ValidatorIndex } from "@polis/codec";
import { waitUntil } from "../../testing/waitUntil.ts";
import { frame } from "../frames.ts";
import { encodeHello } from "../wire.ts";
import { mailboxBuffer, mailboxOver, WORD } from "./mailbox.ts";
import type { ThreadRequest, ThreadSetup } from "./signerThread.ts";

test("a request that the thread sees too late, as after a frozen process, does not end voting for good", async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-link-"));
  const path = join(dir, "s.sock");
  const sockets: Socket[] = [];
  const hello = {
    genesisHash: "11".repeat(32) as Digest,
    index: 0 as ValidatorIndex,
    blsPublicKey: new Uint8Array(48),
    fresh: true,
  };
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.write(frame(encodeHello(hello)));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const buffer = mailboxBuffer();
  const workerData: ThreadSetup = { address: { path }, keyPem: "", certificatePem: "", buffer };
  const worker = new Worker(new URL("./signerThread.ts", import.meta.url), { workerData });
  t.after(async () => {
    await worker.terminate();
    for (const socket of sockets) socket.destroy();
    server.close();
    rmSync(dir, { recursive: true });
  });
  const { words } = mailboxOver(buffer);
  await waitUntil("the hello", 10_000, () => Atomics.load(words, WORD.ready) === 1);
  // What the thread of consensus does when its time is over.
  Atomics.store(words, WORD.ready, 0);
  worker.postMessage({ id: 7, body: Uint8Array.of(1) } satisfies ThreadRequest);
  await waitUntil("an outcome", 5_000, () => Atomics.load(words, WORD.answered) === 7);
  assert.equal(Atomics.load(words, WORD.ready), 1, "the next vote is asked for");
  assert.equal(sockets.length, 1, "by the same connection");
});
