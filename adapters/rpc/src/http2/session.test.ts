import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { errorCode, flags, frame, frameType, numbersFrame, preface, setting, settingsFrame } from "./frames.ts";
import { encodeHeaders } from "./hpack/encodeHeaders.ts";
import type { ServerStream, StreamSink } from "./serverStream.ts";
import { Session } from "./session.ts";
import type { CutReason, SessionLimits } from "./sessionTypes.ts";
import { PipeSocket } from "./testing/pipeSocket.ts";

const limits: SessionLimits = {
  ...{ maxConcurrentStreams: 4, maxHeaderBytes: 1_000, maxContinuations: 4, streamWindow: 1_000 },
  ...{ headersTimeoutMs: 1_000, sendTimeoutMs: 1_000, maxSocketBytes: 100_000 },
  ...{ resetBurst: 10, resetPerSecond: 1, frameBurst: 20, framePerSecond: 1 },
};
const head = encodeHeaders([
  [":method", "POST"],
  [":scheme", "http"],
  [":path", "/a.B/C"],
]);
const okHead = encodeHeaders([[":status", "200"]]);
const okTrailers = encodeHeaders([["grpc-status", "0"]]);
const start = Buffer.concat([preface, settingsFrame([])]);
const none = Buffer.alloc(0);
const open = (id: number, block: Uint8Array = head, end = 0) =>
  frame(frameType.headers, flags.endHeaders | end, id, block);
const data = (id: number, bytes: Uint8Array, end = 0) => frame(frameType.data, end, id, bytes);

interface Seen {
  readonly stream: ServerStream;
  body: string;
  isOver: boolean;
  closed: number | undefined | "open";
}

/** A session whose client is the test. `answers` makes it answer every complete request with its own body. */
function session(t: TestContext, answers = true, more: Partial<SessionLimits> = {}) {
  const socket = new PipeSocket();
  const streams: Seen[] = [];
  const cuts: CutReason[] = [];
  let stuck = 0;
  let waiting = 0;
  const served = new Session(
    socket,
    { ...limits, ...more },
    {
      onStream: (stream) => {
        const seen: Seen = { stream, body: "", isOver: false, closed: "open" };
        streams.push(seen);
        stream.sink = {
          data: (bytes) => {
            seen.body += bytes.toString("latin1");
          },
          end: () => {
            seen.isOver = true;
            if (answers) stream.answer(okHead, Buffer.from(seen.body, "latin1"), okTrailers);
          },
          late: () => stream.reset(errorCode.cancel),
          closed: (code) => {
            seen.closed = code;
          },
        } satisfies StreamSink;
      },
      onCut: (reason) => cuts.push(reason),
      onStuck: () => void stuck++,
      onClosed: () => undefined,
      onWaiting: (delta) => {
        waiting += delta;
      },
    },
  );
  t.after(() => served.destroy());
  return { served, socket, streams, cuts, stuck: () => stuck, waiting: () => waiting };
}

/** The frames that the client gets, without the settings and the window that every connection begins with. */
function framesOf(bytes: Buffer): readonly { type: number; flagBits: number; id: number; body: Buffer }[] {
  const frames = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 9 + bytes.readUIntBE(at, 3);
    frames.push({
      ...{ type: bytes[at + 3]!, flagBits: bytes[at + 4]!, id: bytes.readUInt32BE(at + 5) },
      body: bytes.subarray(at + 9, end),
    });
    at = end;
  }
  return frames;
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("a request in any pieces is answered, and the connection begins with its settings", async (t) => {
  const all = Buffer.concat([start, open(1), data(1, Buffer.from("hello"), flags.endStream)]);
  for (const size of [1, 7, 24, 1_000]) {
    const { socket, streams } = session(t);
    for (let at = 0; at < all.length; at += size) socket.client(all.subarray(at, at + size));
    await settle();
    assert.equal(streams[0]!.body, "hello");
    const [settings, window, ack, header, body, trailers] = framesOf(socket.sent());
    assert.deepEqual([settings!.type, window!.type], [frameType.settings, frameType.windowUpdate]);
    assert.equal(settings!.body.readUInt32BE(2), limits.maxConcurrentStreams);
    assert.deepEqual([ack!.type, ack!.flagBits], [frameType.settings, flags.ack]);
    assert.deepEqual([header!.type, header!.flagBits, header!.id], [frameType.headers, flags.endHeaders, 1]);
    assert.deepEqual([body!.type, body!.body.toString()], [frameType.data, "hello"]);
    assert.deepEqual([trailers!.type, trailers!.flagBits], [frameType.headers, flags.endHeaders | flags.endStream]);
    assert.equal(streams[0]!.closed, undefined);
  }
});

test("heads may be padded, prioritised and continued, bodies padded and followed by trailers", async (t) => {
  const { socket, streams, cuts } = session(t);
  const padded = Buffer.concat([Buffer.of(3, 0, 0, 0, 0, 9), head, Buffer.alloc(3)]);
  socket.client(start);
  socket.client(frame(frameType.headers, flags.endHeaders | flags.padded | flags.priority, 1, padded));
  socket.client(frame(frameType.data, flags.padded, 1, Buffer.from("\x02hi\0\0")));
  socket.client(open(1, encodeHeaders([["x-end", "1"]]), flags.endStream));
  socket.client(frame(frameType.headers, flags.endStream, 3, head.subarray(0, 3)));
  socket.client(frame(frameType.continuation, 0, 3, head.subarray(3, 5)));
  socket.client(frame(frameType.continuation, flags.endHeaders, 3, head.subarray(5)));
  await settle();
  assert.deepEqual(
    streams.map(({ body, isOver, closed }) => [body, isOver, closed]),
    [
      ["hi", true, undefined],
      ["", true, undefined],
    ],
  );
  assert.deepEqual(cuts, []);
});

test("data waits for the windows of stream and connection, and trailers wait for data", async (t) => {
  const { socket, streams, waiting } = session(t, false);
  socket.client(
    Buffer.concat([preface, settingsFrame([[setting.initialWindowSize, 5]]), open(1, head, flags.endStream)]),
  );
  const { stream } = streams[0]!;
  stream.answer(okHead, Buffer.from("0123456789"), okTrailers);
  await settle();
  const texts = () =>
    framesOf(socket.sent())
      .filter(({ type }) => type === frameType.data)
      .map(({ body }) => body.toString());
  assert.deepEqual(texts(), ["01234"]);
  assert.equal(waiting(), 5);
  assert.equal(streams[0]!.closed, "open");
  socket.client(numbersFrame(frameType.windowUpdate, 1, 2));
  socket.client(settingsFrame([[setting.initialWindowSize, 6]]));
  await settle();
  assert.deepEqual(texts(), ["01234", "56", "7"]);
  socket.client(numbersFrame(frameType.windowUpdate, 1, 100));
  await settle();
  assert.deepEqual(texts(), ["01234", "56", "7", "89"]);
  assert.equal(framesOf(socket.sent()).at(-1)!.flagBits, flags.endHeaders | flags.endStream);
  assert.deepEqual([streams[0]!.closed, waiting()], [undefined, 0]);
});

test("a client that breaks the protocol is told how and cut off", async (t) => {
  const cases: Readonly<Record<string, readonly [number, Buffer]>> = {
    "another preface": [errorCode.protocol, Buffer.from("GET / HTTP/1.1\r\n\r\n12345678")],
    "no settings first": [errorCode.protocol, Buffer.concat([preface, open(1)])],
    "a frame that is too long": [errorCode.frameSize, Buffer.concat([start, Buffer.from("004001000000000001", "hex")])],
    "an even number": [errorCode.protocol, Buffer.concat([start, open(2)])],
    "data before headers": [errorCode.protocol, Buffer.concat([start, data(1, none)])],
    "a reset of nothing": [errorCode.protocol, Buffer.concat([start, numbersFrame(frameType.rstStream, 1, 8)])],
    "a window of nothing": [errorCode.protocol, Buffer.concat([start, numbersFrame(frameType.windowUpdate, 1, 8)])],
    "a window that grows by 0": [
      errorCode.flowControl,
      Buffer.concat([start, numbersFrame(frameType.windowUpdate, 0, 0)]),
    ],
    "a window that overflows": [
      errorCode.flowControl,
      Buffer.concat([start, numbersFrame(frameType.windowUpdate, 0, 2 ** 31 - 1)]),
    ],
    "more padding than bytes": [
      errorCode.protocol,
      Buffer.concat([start, frame(frameType.headers, flags.endHeaders | flags.padded, 1, Buffer.of(200, 1))]),
    ],
    "a header block that is none": [
      errorCode.compression,
      Buffer.concat([start, open(1, Buffer.of(0xff, 0xff, 0xff))]),
    ],
    "another frame inside headers": [
      errorCode.protocol,
      Buffer.concat([start, frame(frameType.headers, 0, 1, head), frame(frameType.ping, 0, 0, Buffer.alloc(8))]),
    ],
    "a continuation of nothing": [
      errorCode.protocol,
      Buffer.concat([start, frame(frameType.continuation, 4, 1, head)]),
    ],
    "a promise": [errorCode.protocol, Buffer.concat([start, frame(frameType.pushPromise, 4, 1, head)])],
    "settings of a stream": [errorCode.protocol, Buffer.concat([start, frame(frameType.settings, 0, 1, none)])],
    "settings of 5 bytes": [
      errorCode.frameSize,
      Buffer.concat([start, frame(frameType.settings, 0, 0, Buffer.alloc(5))]),
    ],
    "a ping of 7 bytes": [errorCode.frameSize, Buffer.concat([start, frame(frameType.ping, 0, 0, Buffer.alloc(7))])],
    "a window of 2^31": [
      errorCode.flowControl,
      Buffer.concat([preface, settingsFrame([[setting.initialWindowSize, 2 ** 31]])]),
    ],
    "frames of 100 bytes": [errorCode.protocol, Buffer.concat([preface, settingsFrame([[setting.maxFrameSize, 100]])])],
  };
  for (const [what, [code, bytes]] of Object.entries(cases)) {
    const { socket, cuts } = session(t);
    socket.client(bytes);
    await settle();
    assert.deepEqual(cuts, ["protocol"], what);
    const last = framesOf(socket.sent()).at(-1)!;
    assert.deepEqual([last.type, last.body.readUInt32BE(4)], [frameType.goaway, code], what);
    assert.equal(socket.writableEnded, true, what);
  }
});

test("a request that breaks the rules is reset, and the connection goes on", async (t) => {
  const fields = (more: readonly (readonly [string, string])[]) =>
    encodeHeaders([[":method", "POST"], [":scheme", "http"], [":path", "/"], ...more]);
  const blocks: Readonly<Record<string, Buffer>> = {
    "no path": encodeHeaders([
      [":method", "POST"],
      [":scheme", "http"],
    ]),
    "two methods": encodeHeaders([
      [":method", "POST"],
      [":method", "GET"],
      [":scheme", "http"],
      [":path", "/"],
    ]),
    "a pseudo field behind others": encodeHeaders([
      [":method", "POST"],
      ["a", "b"],
      [":scheme", "http"],
      [":path", "/"],
    ]),
    "a pseudo field of responses": fields([[":status", "200"]]),
    capitals: fields([["X-Up", "1"]]),
    "a connection field": fields([["connection", "close"]]),
    "te that is not trailers": fields([["te", "gzip"]]),
    "a line break": fields([["x", "a\r\nb"]]),
    "two lengths": fields([
      ["content-length", "1"],
      ["content-length", "2"],
    ]),
  };
  for (const [what, block] of Object.entries(blocks)) {
    const { socket, streams, cuts } = session(t);
    socket.client(Buffer.concat([start, open(1, block, flags.endStream), open(3, head, flags.endStream)]));
    await settle();
    const reset = framesOf(socket.sent()).find(({ type }) => type === frameType.rstStream)!;
    assert.deepEqual([reset.id, reset.body.readUInt32BE(0)], [1, errorCode.protocol], what);
    assert.deepEqual([streams.length, streams[0]!.isOver, cuts], [1, true, []], what);
  }
  const { socket, streams, cuts } = session(t);
  socket.client(Buffer.concat([start, open(1, fields([["content-length", "3"]])), data(1, Buffer.from("ab"), 1)]));
  socket.client(Buffer.concat([open(3), data(3, Buffer.alloc(1_001))]));
  await settle();
  assert.deepEqual(
    [streams.map(({ isOver, closed }) => [isOver, closed]), cuts],
    [
      [
        [false, 1],
        [false, 3],
      ],
      [],
    ],
  );
});

test("what a client may do too often is bounded, and counted by its kind", async (t) => {
  const many = (count: number, one: (i: number) => Buffer) =>
    Buffer.concat(Array.from({ length: count }, (_, i) => one(i)));
  const floods: Readonly<Record<string, readonly [CutReason, () => Buffer]>> = {
    "rapid reset": [
      "resets",
      () => many(50, (i) => Buffer.concat([open(2 * i + 1), numbersFrame(frameType.rstStream, 2 * i + 1, 8)])),
    ],
    "resets that the server is made to send": [
      "resets",
      () => many(50, (i) => Buffer.concat([open(2 * i + 1), numbersFrame(frameType.windowUpdate, 2 * i + 1, 0)])),
    ],
    "more streams than allowed": ["resets", () => many(50, (i) => open(2 * i + 1))],
    pings: ["frames", () => many(50, () => frame(frameType.ping, 0, 0, Buffer.alloc(8)))],
    settings: ["frames", () => many(50, () => settingsFrame([]))],
    priorities: ["frames", () => many(50, () => frame(frameType.priority, 0, 1, Buffer.alloc(5)))],
    "unknown frames": ["frames", () => many(50, () => frame(99, 0, 0, none))],
    "empty data": ["frames", () => Buffer.concat([open(1), many(50, () => data(1, none))])],
    "continuations without end": [
      "headers",
      () =>
        Buffer.concat([
          frame(frameType.headers, 0, 1, head),
          many(50, () => frame(frameType.continuation, 0, 1, none)),
        ]),
    ],
    "a long block": ["headers", () => frame(frameType.headers, 0, 1, Buffer.alloc(1_001))],
    "a block that grows when it is read": [
      "headers",
      () => open(1, Buffer.concat([head, encodeHeaders([["x", "y".repeat(900)]])])),
    ],
  };
  for (const [what, [reason, bytes]] of Object.entries(floods)) {
    const { socket, cuts } = session(t, false);
    socket.client(start);
    socket.client(bytes());
    await settle();
    assert.deepEqual(cuts, [reason], what);
    assert.ok(socket.sent().length < 2_000, `${what}: answers are bounded too`);
  }
});

test("a client that pings with every request, as some measure their connection, is no flood", async (t) => {
  const { socket, streams, cuts } = session(t);
  socket.client(start);
  const ping = frame(frameType.ping, 0, 0, Buffer.alloc(8));
  for (let i = 0; i < 200; i++) {
    const id = 2 * i + 1;
    socket.client(Buffer.concat([open(id), data(id, Buffer.from("x"), flags.endStream), ping, ping]));
  }
  await settle();
  assert.deepEqual([streams.filter(({ isOver }) => isOver).length, cuts], [200, []]);
});

test("what takes too long ends: a preface, a head, a body, a response that nobody reads, a ping", async (t) => {
  const late = performance.now() + 1_500;
  const slow: Readonly<Record<string, Buffer>> = {
    nothing: none,
    "half a preface": preface.subarray(0, 10),
    "no settings": preface,
    "half a frame": Buffer.concat([start, open(1).subarray(0, 12)]),
    "headers that go on": Buffer.concat([start, frame(frameType.headers, 0, 1, head)]),
  };
  for (const [what, bytes] of Object.entries(slow)) {
    const { served, socket, cuts } = session(t);
    socket.client(bytes);
    served.check(performance.now());
    assert.deepEqual(cuts, [], what);
    served.check(late);
    assert.deepEqual(cuts, ["slow"], what);
  }
  const { served, socket, streams, cuts, stuck } = session(t, false);
  socket.client(
    Buffer.concat([preface, settingsFrame([[setting.initialWindowSize, 1]]), open(1), open(3, head, 1), open(5)]),
  );
  streams[0]!.stream.bodyDueMs = late - 1;
  streams[1]!.stream.answer(okHead, Buffer.from("ab"), okTrailers);
  served.check(late);
  assert.deepEqual(
    streams.map(({ closed }) => closed),
    [errorCode.cancel, errorCode.cancel, "open"],
  );
  assert.deepEqual([stuck(), cuts], [1, []]);
  served.ping();
  socket.client(frame(frameType.ping, flags.ack, 0, Buffer.alloc(8)));
  served.ping();
  assert.deepEqual(cuts, []);
  served.ping();
  assert.deepEqual([cuts, streams[2]!.closed], [["silent"], errorCode.cancel]);
});

test("a client that asks and does not read is not read either, until it has", async (t) => {
  const { socket, streams, waiting } = session(t, false, {
    maxConcurrentStreams: 1_000,
    streamWindow: 100_000,
    maxSocketBytes: 100_000,
  });
  socket.hold();
  socket.client(
    Buffer.concat([
      preface,
      settingsFrame([[setting.initialWindowSize, 1_000_000]]),
      numbersFrame(frameType.windowUpdate, 0, 10_000_000),
    ]),
  );
  const body = Buffer.alloc(16_000, 7);
  for (let i = 0; i < 20; i++) {
    socket.client(open(2 * i + 1, head, flags.endStream));
    streams[i]?.stream.answer(okHead, body, okTrailers);
    await settle();
  }
  assert.ok(streams.length < 9, `${streams.length} requests were taken`);
  assert.ok(waiting() < 150_000);
  socket.release();
  for (let turns = 0; streams.length < 20; turns++) {
    assert.ok(turns < 100, `only ${streams.length} requests were taken; ${waiting()} bytes wait`);
    await settle();
    const { stream } = streams.at(-1)!;
    if (!stream.isFinishing && !stream.isClosed) stream.answer(okHead, body, okTrailers);
  }
  await settle();
  assert.equal(waiting(), 0);
});

test("the same head again is recognised, and means what the table says", async (t) => {
  const { socket, streams } = session(t);
  const indexed = Buffer.concat([
    Buffer.from("838644", "hex"),
    Buffer.of(2),
    Buffer.from("/x"),
    Buffer.from("400161", "hex"),
  ]);
  const block = (value: string) => Buffer.concat([indexed, Buffer.of(value.length), Buffer.from(value)]);
  socket.client(start);
  const again = Buffer.from("8386bfbe", "hex");
  const heads = [block("1"), again, again, again, block("2"), again];
  for (const [i, one] of heads.entries()) socket.client(open(2 * i + 1, one, flags.endStream));
  await settle();
  const values = streams.map(({ stream }) => stream.head.fields.map(({ value }) => value).join());
  assert.deepEqual(values, ["1", "1", "1", "1", "2", "2"]);
  assert.equal(streams[2]!.stream.head, streams[3]!.stream.head);
  assert.ok(streams.every(({ stream }) => stream.head.path === "/x"));
});

test("a server that leaves says so, ends what runs and takes nothing new", async (t) => {
  const { served, socket, streams } = session(t, false);
  socket.client(Buffer.concat([start, open(1, head, flags.endStream)]));
  served.leave();
  socket.client(open(3, head, flags.endStream));
  streams[0]!.stream.answer(okHead, none, okTrailers);
  await settle();
  const kinds = framesOf(socket.sent()).map(({ type, id }) => [type, id]);
  assert.deepEqual(kinds.slice(3), [
    ...[
      [frameType.goaway, 0],
      [frameType.rstStream, 3],
      [frameType.headers, 1],
      [frameType.data, 1],
    ],
    [frameType.headers, 1],
  ]);
});

test("any bytes behind the preface end in an answer or in the end of the connection, never in an error", async (t) => {
  const kind = fc.integer({ min: 0, max: 10 });
  const some = fc.record({
    kind,
    flagBits: fc.integer({ min: 0, max: 63 }),
    id: fc.integer({ min: 0, max: 7 }),
    body: fc.uint8Array({ maxLength: 40 }),
  });
  const known = fc.constantFrom(
    open(1),
    open(3, head, 1),
    data(1, Buffer.from("x"), 1),
    numbersFrame(frameType.rstStream, 1, 8),
  );
  const piece = fc.oneof(
    some.map((one) => frame(one.kind, one.flagBits, one.id, one.body)),
    known,
    fc.uint8Array({ maxLength: 20 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      const { served, socket, cuts, waiting } = session(t);
      socket.client(start);
      for (const one of pieces) socket.client(Buffer.from(one));
      await settle();
      assert.ok(cuts.length <= 1);
      served.destroy();
      assert.equal(waiting(), 0);
      assert.equal(served.streams.size, 0);
    }),
  );
});
