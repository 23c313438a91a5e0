import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { encodeHeaders, flags, frame, frameType, numbersFrame, preface, settingsFrame } from "@polis/rpc";
import { LeanGrpc } from "../bench/grpc/leanGrpc.ts";

/**
 * A program that misuses the listeners of a node in every way at once, as a process of its own:
 * `node listenerAttack.ts GRPC JSONRPC VISUALIZER METRICS MILLISECONDS`. A line on its input lets a crowd of connections
 * come too; at the end of its input, or of the time, it prints what it did, and what the servers did about it, as one JSON
 * line.
 */
const [grpc = 0, jsonRpc = 0, visualizer = 0, metrics = 0, maxMs = 0] = process.argv.slice(2).map(Number);
const listeners = { grpc, jsonRpc, visualizer, metrics };
const endMs = performance.now() + maxMs;
const running = (): boolean => performance.now() < endMs;
const counts: Record<string, number> = {};

function count(name: string, by = 1): void {
  counts[name] = (counts[name] ?? 0) + by;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const start = Buffer.concat([preface, settingsFrame([])]);
const head = encodeHeaders([
  [":method", "POST"],
  [":scheme", "http"],
  [":path", "/kairos.v1.NodeService/GetStatus"],
  ["content-type", "application/grpc"],
]);

/** Sends bytes again and again until the server ends the connection. */
function flood(name: string, first: Buffer, next: (round: number) => Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(grpc, "127.0.0.1");
    let round = 0;
    const more = () => {
      while (!socket.destroyed && running()) if (!socket.write(next(round++))) return;
    };
    socket.on("error", () => undefined);
    socket.on("drain", more);
    socket.on("connect", () => {
      socket.write(first);
      more();
    });
    socket.on("close", () => {
      count(name);
      resolve();
    });
    socket.resume();
  });
}

const many = (times: number, one: (i: number) => Buffer): Buffer =>
  Buffer.concat(Array.from({ length: times }, (_, i) => one(i)));
const zeros = Buffer.alloc(8);

const floods: readonly (readonly [string, Buffer, (round: number) => Buffer])[] = [
  [
    "rapid reset",
    start,
    (round) =>
      many(100, (i) => {
        const id = 2 * (100 * round + i) + 1;
        return Buffer.concat([
          frame(frameType.headers, flags.endHeaders, id, head),
          numbersFrame(frameType.rstStream, id, 8),
        ]);
      }),
  ],
  [
    "continuation",
    Buffer.concat([start, frame(frameType.headers, 0, 1, head)]),
    () => many(100, () => frame(frameType.continuation, 0, 1, encodeHeaders([["x", "y"]]))),
  ],
  ["ping", start, () => many(1_000, () => frame(frameType.ping, 0, 0, zeros))],
  ["settings", start, () => many(1_000, () => settingsFrame([]))],
  [
    "giant head",
    start,
    () => frame(frameType.headers, flags.endHeaders, 1, encodeHeaders([["x", "y".repeat(16_000)]])),
  ],
];

/** Says a little now and then. The server ends it, or the attack is over. */
function drip(name: string, port: number, first: Buffer | string, drop: Buffer | string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const timer = setInterval(() => socket.write(drop), 250);
    socket.on("error", () => undefined);
    socket.on("connect", () => socket.write(first));
    socket.on("close", () => {
      clearInterval(timer);
      if (running()) count(name);
      resolve();
    });
    socket.resume();
  });
}

/** One request of HTTP/1.1; counts the status. */
function once(name: string, port: number, text: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.on("connect", () => socket.write(text));
    socket.on("data", (chunk: Buffer) => {
      count(`${name} ${chunk.toString("latin1", 9, 12)}`);
      socket.destroy();
    });
    socket.on("close", () => resolve());
  });
}

async function requests(): Promise<void> {
  const body = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}';
  const post = `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  while (running()) {
    for (const [name, port] of Object.entries(listeners)) {
      const path = name === "grpc" ? "/kairos.v1.NodeService/GetStatus" : "/";
      const isGet = name === "visualizer" || name === "metrics";
      const line = isGet ? `GET /${name === "metrics" ? "metrics" : "api/state"}` : `POST ${path}`;
      await once(
        `${name} foreign host`,
        port,
        `${line} HTTP/1.1\r\nhost: evil.example:${port}\r\n${isGet ? "\r\n" : post}`,
      );
      await once(
        `${name} giant header`,
        port,
        `${line} HTTP/1.1\r\nhost: localhost\r\nx: ${"y".repeat(100_000)}\r\n\r\n`,
      );
    }
    await pause(50);
  }
}

/** Each of a hundred connections opens a hundred streams; those that are refused are counted. */
async function subscriptions(): Promise<void> {
  const onEnd = (_call: number, status: number) => count(`subscription ${status}`);
  for (let i = 0; i < 100 && running(); i++) {
    const connection = await LeanGrpc.connect(grpc, { onEnd }).catch(() => undefined);
    for (let stream = 0; stream < 100; stream++)
      connection?.call("/kairos.v1.SubscriptionService/SubscribeBlocks", Buffer.alloc(0));
    count("subscriptions", 100);
    await pause(10);
  }
}

async function bombs(): Promise<void> {
  const packed = gzipSync(Buffer.alloc(50_000_000));
  const body = Buffer.alloc(5 + packed.length, 1);
  body.writeUInt32BE(packed.length, 1);
  body.set(packed, 5);
  while (running()) {
    await new Promise<void>((resolve) => {
      const onEnd = (_call: number, status: number) => {
        count(`bomb ${status}`);
        resolve();
      };
      void LeanGrpc.connect(grpc, { onEnd }).then(
        (connection) => connection.send("/kairos.v1.NodeService/GetStatus", body, { "grpc-encoding": "gzip" }),
        () => resolve(),
      );
    });
    await pause(20);
  }
}

/** An authority that no URL has: the call breaks outside its handler. */
async function broken(): Promise<void> {
  const fields = [
    [":method", "POST"],
    [":scheme", "http"],
    [":path", "/kairos.v1.TransactionService/SubmitTransactionStream"],
    [":authority", "[::"],
  ] as const;
  const block = encodeHeaders([...fields, ["content-type", "application/grpc"]]);
  const bytes = Buffer.concat([start, frame(frameType.headers, flags.endHeaders | flags.endStream, 1, block)]);
  await drip("broken", grpc, bytes, frame(frameType.ping, 0, 0, zeros));
}

/** More connections than any listener takes, held open. */
async function crowd(): Promise<void> {
  for (let i = 0; i < 1_100 && running(); i++) {
    for (const port of Object.values(listeners)) {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => undefined).resume();
      // One that says nothing at all is sent away soon.
      if (port === grpc) socket.write(start);
      count("connections");
    }
    if (i % 20 === 0) await pause(5);
  }
}

const http1 = "POST / HTTP/1.1\r\nhost: localhost\r\nx: ";
const longBody = `POST /kairos.v1.NodeService/GetStatus HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n`;

async function attack(): Promise<void> {
  const lanes: Promise<unknown>[] = [requests(), subscriptions(), bombs(), broken()];
  for (const [name, first, next] of floods) {
    lanes.push(
      (async () => {
        while (running()) {
          await flood(name, first, next);
          await pause(20);
        }
      })(),
    );
  }
  for (const [name, port] of Object.entries(listeners)) lanes.push(drip(`${name} slow headers`, port, http1, "y"));
  lanes.push(drip("slow preface", grpc, "PRI ", ""), drip("slow body", grpc, longBody, " "));
  lanes.push(drip("slow head", grpc, Buffer.concat([start, frame(frameType.headers, 0, 1, head)]), ""));
  await Promise.all(lanes);
}

function end(): void {
  // Amid its work only the operating system ends a process for certain (exitAfter.ts says why).
  process.stdout.write(`${JSON.stringify(counts)}\n`, () => process.kill(process.pid, "SIGKILL"));
}

void attack();
// The crowd comes last, because the others could not connect any more.
process.stdin.once("data", () => void crowd());
process.stdin.once("end", end);
setTimeout(end, maxMs);
