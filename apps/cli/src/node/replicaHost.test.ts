import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, digest, height, millis, view } from "@polis/codec";
import type { Finalize, Persist, ReplicaEffect, ReplicaEvent } from "@polis/minimmit";
import type { BuildRequest, Machine } from "@polis/ports";
import { createReplicaHost, type HostWorld } from "./replicaHost.ts";

const someDigest: Digest = digest("ab".repeat(32));
const persist: Persist = { kind: "persist", records: [], proofs: [], blocks: [], safeView: undefined };
const message = { kind: "statusRequest", nonce: new Uint8Array(32) } as const;
const finalize = {
  kind: "finalize",
  blocks: [{ digest: someDigest, height: height(1), view: view(1), direct: true }],
} as unknown as Finalize;

/** A machine that answers with prepared effects, and a world that writes down what it was asked to do. */
function stage(lists: readonly (readonly ReplicaEffect[])[], build?: HostWorld["build"]) {
  const done: string[] = [];
  const disk: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const queue = [...lists];
  const machine: Machine<ReplicaEvent, ReplicaEffect> = { step: () => queue.shift() ?? [] };
  const note = (what: string) => () => void done.push(what);
  const world: HostWorld = {
    clock: { monotonicMs: () => millis(0), wallMs: () => millis(0) },
    persist: () => {
      done.push("persist");
      return new Promise((resolve, reject) => disk.push({ resolve, reject }));
    },
    setTimer: note("setTimer"),
    cancelTimer: note("cancelTimer"),
    broadcast: note("broadcast"),
    send: note("send"),
    fetch: note("fetch"),
    reply: note("reply"),
    execute: note("execute"),
    build: build ?? note("build"),
    finalize: note("finalize"),
    evidence: note("evidence"),
    report: note("report"),
    observe: note("observe"),
    fail: note("fail"),
  };
  return { host: createReplicaHost(machine, world), done, disk };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const start = { kind: "start" } as const;

test("what leaves the process and what becomes final wait for the disk; the rest does not (R25)", async () => {
  const { host, done, disk } = stage([
    [persist, { kind: "broadcast", message }, { kind: "setTimer", name: "view", at: millis(5) }],
    [finalize, { kind: "reply", to: 1, requestId: 1, reply: { kind: "notFound" } }, { kind: "send", to: 1, message }],
  ]);
  host.deliver(start);
  host.deliver(start);
  assert.deepEqual(done, ["setTimer", "persist"]);
  disk[0]?.resolve();
  await turn();
  assert.deepEqual(done.slice(2), ["broadcast", "finalize", "reply", "send"]);
});

test("a second vote waits for its own write, not for the first one's", async () => {
  const { host, done, disk } = stage([
    [persist, { kind: "broadcast", message }, persist, { kind: "send", to: 2, message }],
  ]);
  host.deliver(start);
  disk[0]?.resolve();
  await turn();
  assert.deepEqual(done, ["persist", "broadcast", "persist"]);
  disk[1]?.resolve();
  await turn();
  assert.deepEqual(done, ["persist", "broadcast", "persist", "send"]);
});

test("frames that arrive together are one step", async () => {
  const steps: ReplicaEvent[] = [];
  const machine: Machine<ReplicaEvent, ReplicaEffect> = {
    step: (_, event) => {
      steps.push(event);
      return [];
    },
  };
  const batching = createReplicaHost(machine, {
    clock: { monotonicMs: () => millis(0), wallMs: () => millis(0) },
  } as HostWorld);
  batching.deliver({ kind: "message", from: 1, message });
  batching.deliver({ kind: "message", from: 2, message });
  batching.deliver(start);
  await turn();
  assert.deepEqual(steps, [
    start,
    {
      kind: "messages",
      items: [
        { from: 1, message },
        { from: 2, message },
      ],
    },
  ]);
});

test("a failed write stops the host: nothing leaves any more", async () => {
  const { host, done, disk } = stage([[persist, { kind: "broadcast", message }], [{ kind: "send", to: 1, message }]]);
  host.deliver(start);
  disk[0]?.reject(new Error("no space"));
  await turn();
  host.deliver(start);
  assert.deepEqual(done, ["persist", "fail"]);
});

test("a broken invariant of the machine stops the host", () => {
  const done: string[] = [];
  const broken: Machine<ReplicaEvent, ReplicaEffect> = {
    step: () => {
      throw new Error("invariant");
    },
  };
  const failing = createReplicaHost(broken, {
    ...({} as HostWorld),
    clock: { monotonicMs: () => millis(0), wallMs: () => millis(0) },
    fail: () => void done.push("fail"),
  });
  failing.deliver(start);
  failing.deliver(start);
  assert.deepEqual(done, ["fail"]);
});

test("building waits while many writes wait for the disk, and only the newest request is built", async () => {
  const request = (at: number) => ({ view: view(at) }) as unknown as BuildRequest;
  const built: number[] = [];
  const writes = Array.from({ length: 9 }, () => persist);
  const { host, disk } = stage(
    [writes, [{ kind: "build", request: request(1) }], [{ kind: "build", request: request(2) }]],
    ({ view: at }) => void built.push(at),
  );
  for (let i = 0; i < 3; i++) host.deliver(start);
  assert.deepEqual(built, []);
  disk[0]?.resolve();
  await turn();
  assert.deepEqual(built, [2]);
});
