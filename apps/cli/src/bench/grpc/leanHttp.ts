import { connect } from "node:net";

/** What was answered on keep-alive connections. */
export interface LeanLoad {
  readonly perSecond: number;
  readonly count: number;
  readonly errors: number;
  /** From the request to its answer. */
  readonly timesMs: readonly number[];
}

/**
 * Asks the same over and over on keep-alive connections of HTTP/1.1, each with one request at a time, as the protocol
 * has it. Nothing of an answer is read but its length and whether it has the given text.
 */
export async function leanHttp(
  port: number,
  body: string,
  wanted: string,
  connections: number,
  seconds: number,
): Promise<LeanLoad> {
  const head = `POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  const request = Buffer.from(head + body);
  const timesMs: number[] = [];
  let errors = 0;
  const startMs = performance.now();
  const endMs = startMs + seconds * 1_000;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      await lane(port, request, endMs, (answer, timeMs) => {
        timesMs.push(timeMs);
        if (!answer.includes(wanted)) errors++;
      });
    }),
  );
  const perSecond = Math.round((timesMs.length * 1_000) / (performance.now() - startMs));
  return { perSecond, count: timesMs.length, errors, timesMs };
}

function lane(
  port: number,
  request: Buffer,
  endMs: number,
  onAnswer: (answer: Buffer, timeMs: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    socket.setNoDelay(true);
    let input: Buffer = Buffer.alloc(0);
    let sentMs = 0;
    const send = () => {
      sentMs = performance.now();
      socket.write(request);
    };
    socket.on("connect", send);
    socket.on("error", reject);
    socket.on("close", () => resolve());
    socket.on("data", (chunk: Buffer) => {
      input = input.length === 0 ? chunk : Buffer.concat([input, chunk]);
      const length = answerLength(input);
      if (length === undefined || input.length < length) return;
      const nowMs = performance.now();
      onAnswer(input, nowMs - sentMs);
      input = input.subarray(length);
      if (nowMs < endMs) send();
      else socket.destroy();
    });
  });
}

/** Head and body; undefined while the head is incomplete. */
function answerLength(input: Buffer): number | undefined {
  const end = input.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const field = input.toString("latin1", 0, end).toLowerCase().split("content-length: ")[1];
  return end + 4 + Number.parseInt(field ?? "0", 10);
}
