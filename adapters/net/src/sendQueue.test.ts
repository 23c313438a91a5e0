import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FRAME_HEADER_BYTES } from "./frame.ts";
import { FrameReader } from "./frameReader.ts";
import { frameRules } from "./frameTypes.ts";
import { SendQueue, SLICE_BYTES } from "./sendQueue.ts";

const RULES = frameRules(1 << 20);

function setup(maxBytes = 1 << 23, maxFrames = 1000) {
  const writes: Uint8Array[] = [];
  const dropped: number[] = [];
  const socket = { open: true };
  const queue = new SendQueue({
    maxBytes,
    maxFrames,
    write: (bytes) => {
      writes.push(bytes);
      return socket.open;
    },
    wallMs: () => 5,
    onDrop: (type) => dropped.push(type),
  });
  const frames = (channel: "consensus" | "bulk") => {
    const reader = new FrameReader(RULES, channel);
    for (const write of writes) reader.push(Buffer.from(write));
    const found: { seq: number; type: number; body: string }[] = [];
    for (let next = reader.next(true); next?.ok; next = reader.next(true)) {
      const { seq, type, body } = next.value;
      found.push({ seq, type, body: Buffer.from(body).toString("latin1", 0, 8) });
    }
    return found;
  };
  return { queue, writes, dropped, socket, frames };
}

const body = (text: string, bytes = text.length) => Buffer.alloc(bytes, text);

describe("send queue (kairos N10)", () => {
  it("joins the small frames of a flush into one write, numbered from 1", () => {
    const { queue, writes, frames } = setup();
    for (let i = 0; i < 10; i++) queue.add(0x02, body(`${i}`), i);
    queue.flush();
    assert.equal(writes.length, 1);
    assert.deepEqual(
      frames("consensus"),
      Array.from({ length: 10 }, (_, i) => ({ seq: i + 1, type: 2, body: `${i}` })),
    );
    assert.equal(queue.bytes, 0);
  });

  it("drops superseded messages first, lowest view first, and never leaves a gap in the sequence", () => {
    const size = 100 + FRAME_HEADER_BYTES;
    const { queue, dropped, frames } = setup(4 * size);
    for (const [type, view] of [
      [0x02, 7],
      [0x03, 5],
      [0x04, 6],
      [0x02, 9],
    ] as const) {
      assert.equal(queue.add(type, body(`v${view}`, 100), view), true);
    }
    assert.equal(queue.add(0x04, body("v8", 100), 8), true);
    assert.deepEqual(dropped, [0x03]);
    assert.equal(queue.add(0x04, body("v9", 100), 9), true);
    assert.deepEqual(dropped, [0x03, 0x04]);
    assert.equal(queue.add(0x02, body("v4", 100), 4), false, "nothing is older than the newcomer");
    assert.deepEqual(dropped, [0x03, 0x04, 0x02]);
    queue.flush();
    assert.deepEqual(
      frames("consensus").map((f) => [f.seq, f.body.slice(0, 2)]),
      [
        [1, "v7"],
        [2, "v9"],
        [3, "v8"],
        [4, "v9"],
      ],
    );
  });

  it("refuses bulk frames when full, by bytes and by count", () => {
    const byBytes = setup(1000);
    assert.equal(byBytes.queue.add(0x12, body("a", 900)), true);
    assert.equal(byBytes.queue.add(0x12, body("a", 100)), false);
    const byCount = setup(1 << 20, 2);
    assert.deepEqual(
      [1, 2, 3].map(() => byCount.queue.add(0x12, body("a"))),
      [true, true, false],
    );
    assert.deepEqual(byCount.dropped, [0x12]);
  });

  it("takes a reply that is longer than the queue when nothing waits, and nothing beside it", () => {
    const { queue, socket, frames } = setup(2 * SLICE_BYTES);
    assert.equal(queue.add(0x22, body("L1", 3 * SLICE_BYTES)), true);
    assert.equal(queue.add(0x12, body("t")), false);
    socket.open = false;
    queue.flush();
    assert.equal(queue.add(0x22, body("L2", 3 * SLICE_BYTES)), false, "the first one has not left yet");
    socket.open = true;
    queue.resume();
    assert.equal(queue.add(0x22, body("L3", 3 * SLICE_BYTES)), true);
    queue.flush();
    assert.deepEqual(
      frames("bulk").map((f) => f.body.slice(0, 2)),
      ["L1", "L3"],
    );
  });

  it("stops when the socket is full and goes on where it was", () => {
    const { queue, writes, socket, frames } = setup();
    queue.add(0x22, body("L", 3 * SLICE_BYTES + 1));
    socket.open = false;
    queue.flush();
    assert.equal(writes.length, 1);
    queue.flush();
    assert.equal(writes.length, 1);
    socket.open = true;
    queue.resume();
    assert.deepEqual(
      writes.map((w) => w.length),
      [FRAME_HEADER_BYTES, SLICE_BYTES, SLICE_BYTES, SLICE_BYTES, 1],
    );
    assert.equal(frames("bulk").length, 1);
  });

  it("lets small frames of other types pass a waiting large one, but keeps the order within a type", () => {
    const { queue, frames } = setup();
    queue.add(0x22, body("L1", SLICE_BYTES + 1));
    queue.add(0x22, body("s1"));
    queue.add(0x12, body("t1"));
    queue.flush();
    assert.deepEqual(
      frames("bulk").map((f) => f.body.slice(0, 2)),
      ["t1", "L1", "s1"],
    );
  });

  it("gives a large frame its turn however many small ones come", () => {
    const { queue, frames } = setup();
    queue.add(0x22, body("L", SLICE_BYTES + 1));
    for (let i = 0; i < 20; i++) queue.add(0x12, body("s", SLICE_BYTES - 100));
    queue.flush();
    const order = frames("bulk").map((f) => f.type);
    assert.ok(order.indexOf(0x22) > 0 && order.indexOf(0x22) < 8, String(order));
  });
});
