import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { millis, slot } from "@polis/codec";
import { type KratosNode, type NodeEffect, type NodeEvent, type NodeReport, producerTableNames } from "@polis/kratos";
import type { P2p } from "@polis/p2p";
import { createMemoryStorage, type Storage, StorageError } from "@polis/storage";
import { exitCodeOf } from "../../run/exitCodeOf.ts";
import { ClockFile } from "../data/clockFile.ts";
import { LinkHost } from "./linkHost.ts";
import { NodeRunner } from "./nodeRunner.ts";

const block = Uint8Array.of(7);
const row = { table: producerTableNames[0]!, key: Uint8Array.of(1), value: Uint8Array.of(2) };
const produces: readonly NodeEffect[] = [
  { kind: "persist", rows: [row] },
  { kind: "publish", topic: "blocks", bytes: block },
  { kind: "report", report: { kind: "skipped", slot: slot(1), reason: "test" } },
];

/** A runner whose node answers as it is told, on a network that writes down what leaves. */
function world(
  t: { after(action: () => void): void },
  step: (event: NodeEvent) => readonly NodeEffect[],
  producer: Storage,
  durable: () => Promise<void> = () => Promise.resolve(),
) {
  const dir = mkdtempSync(join(tmpdir(), "kratos-runner-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const left: unknown[] = [];
  const bans: string[] = [];
  const reports: NodeReport[] = [];
  const failures: unknown[] = [];
  const p2p = {
    ...{ id: "self", addresses: () => [], peers: () => ["early"], addressOf: () => undefined },
    publish: async (topic: string, bytes: Uint8Array) => void left.push([topic, ...bytes]),
    request: async () => "timeout" as const,
    disconnect: () => undefined,
    ban: (peer: string) => void bans.push(peer),
    addPeers: () => undefined,
    close: async () => undefined,
  } satisfies P2p;
  const link = new LinkHost(
    () => undefined,
    () => undefined,
  );
  link.use(p2p);
  const node = {
    step: (_now: number, event: NodeEvent) => step(event),
    bans: () => [{ peer: "liar", until: millis(1) }],
    backend: () => ({ clock: () => ({ drift_ms: 5 }) }),
  } as unknown as KratosNode;
  const runner = new NodeRunner({
    ...{ node, link, p2p, producer, durable, chain: createMemoryStorage({ tables: [] }) },
    clockFile: new ClockFile(join(dir, "clock.json"), (error) => failures.push(error)),
    onReport: (report) => reports.push(report),
    onFailure: (error) => failures.push(error),
  });
  return { runner, link, left, bans, reports, failures, dir };
}

/** A producer store whose disk answers when it is told to. */
function slowDisk() {
  const storage = createMemoryStorage({ tables: [...producerTableNames] });
  const disk = Promise.withResolvers<void>();
  const journal = {
    append: async (rows: Parameters<Storage["journal"]["append"]>[0]) => {
      await disk.promise;
      await storage.journal.append(rows);
    },
  };
  return { storage: { ...storage, journal, store: storage.store } as Storage, disk };
}

test("a signed block leaves only when its record is on disk, and later steps wait behind it (I14)", async (t) => {
  const { storage, disk } = slowDisk();
  const asked: string[] = [];
  const { runner, link, left, reports } = world(
    t,
    (event) => {
      asked.push(event.kind);
      return event.kind === "start" ? produces : [{ kind: "publish", topic: "finality", bytes: block }];
    },
    storage,
  );
  runner.start();
  link.handlers.connected("other");
  await turn();
  assert.deepEqual(asked, ["start", "connected", "connected"]);
  assert.deepEqual(left, []);
  const read = runner.run(() => storage.store.get(row.table, row.key));
  disk.resolve();
  assert.deepEqual([...(await read)!], [2]);
  assert.deepEqual(left, [["kratos/blocks/1.0.0", 7], ...[1, 2].map(() => ["kratos/finality/1.0.0", 7])]);
  assert.equal(reports.length, 1);
  await runner.stop();
});

test("what somebody is told is on disk: a kill behind the answer loses nothing of it (I14)", async (t) => {
  const disk = Promise.withResolvers<void>();
  const producer = createMemoryStorage({ tables: [...producerTableNames] });
  const { runner } = world(
    t,
    () => [],
    producer,
    () => disk.promise,
  );
  const told: number[] = [];
  const answer = runner.run(() => 7).then((height) => void told.push(height));
  await turn();
  assert.deepEqual(told, []);
  disk.resolve();
  await answer;
  assert.deepEqual(told, [7]);
  await runner.stop();
});

test("a node that stops writes its clock down once more (kratos-core 15)", async (t) => {
  const producer = createMemoryStorage({ tables: [...producerTableNames] });
  const { runner, dir } = world(t, () => [{ kind: "saveClock", record: { drift_ms: 1 } }], producer);
  runner.backend({ name: "kratos", version: "0", unsafe: false, network: () => assert.fail() });
  runner.start();
  await runner.stop();
  assert.deepEqual(new ClockFile(join(dir, "clock.json"), () => assert.fail()).read(), { drift_ms: 5 });
});

test("a disk that fails ends the node with code 75, and the block never leaves", async (t) => {
  const { storage, disk } = slowDisk();
  const { runner, left, failures } = world(t, () => produces, storage);
  runner.start();
  disk.reject(new StorageError("STORAGE_FULL", "no space"));
  await turn();
  await runner.stop();
  assert.deepEqual(left, []);
  assert.deepEqual(failures.map(exitCodeOf), [75]);
});

test("a broken invariant of the node ends it: nothing is stepped any more", async (t) => {
  let steps = 0;
  const { runner, link, failures } = world(
    t,
    (event) => {
      steps++;
      if (event.kind === "connected") throw new Error("a second header for slot 5");
      return [];
    },
    createMemoryStorage({ tables: [...producerTableNames] }),
  );
  runner.start();
  link.handlers.connected("other");
  assert.equal(steps, 2);
  assert.match(String(failures[0]), /second header/);
  assert.equal(failures.length, 1);
  await runner.stop();
});

test("bans are told to the network before anything else, and gossip gets its verdict in the same step (12.9)", async (t) => {
  const { runner, link, bans } = world(
    t,
    (event) => {
      if (event.kind !== "gossip") return [];
      return [
        { kind: "persist", rows: [row] },
        { kind: "verdict", id: event.id, verdict: "accept" },
      ];
    },
    createMemoryStorage({ tables: [...producerTableNames] }),
  );
  runner.start();
  assert.deepEqual(bans, ["liar"]);
  assert.equal(link.handlers.gossip("kratos/blocks/1.0.0", "peer", block), "accept");
  assert.equal(link.handlers.gossip("another/topic", "peer", block), "ignore");
  await runner.stop();
  assert.equal(link.handlers.gossip("kratos/blocks/1.0.0", "peer", block), "ignore");
});

test("what the network bans itself goes to the node as every other ban, to be remembered", async (t) => {
  const told: NodeEvent[] = [];
  const { runner } = world(
    t,
    (event) => {
      told.push(event);
      return [];
    },
    createMemoryStorage({ tables: [...producerTableNames] }),
  );
  runner.start();
  runner.banned("flood", 7, "GOSSIP_RATE");
  assert.deepEqual(told.at(-1), { kind: "banned", peer: "flood", until: 7, reason: "GOSSIP_RATE" });
  await runner.stop();
});

test("a request is answered later, in any order, or refused when its asker is gone or the node stops", async (t) => {
  const ids: number[] = [];
  const { runner, link } = world(
    t,
    (event) => {
      if (event.kind === "connected" && ids.length > 1) return [{ kind: "respond", id: ids[1]!, bytes: block }];
      if (event.kind === "request") ids.push(event.id);
      return [];
    },
    createMemoryStorage({ tables: [...producerTableNames] }),
  );
  runner.start();
  const gone = new AbortController();
  const ask = (signal = new AbortController().signal) =>
    link.handlers.request("kratos/req/1.0.0", "peer", block, signal);
  const answers = [ask(gone.signal), ask(), ask()];
  link.handlers.connected("other");
  gone.abort();
  assert.equal(await answers[0], undefined);
  assert.deepEqual(await answers[1], block);
  await runner.stop();
  assert.equal(await answers[2], undefined);
  assert.equal(await ask(), undefined);
  assert.equal(await link.handlers.request("kratos/other", "peer", block, new AbortController().signal), undefined);
});
