import { createServer, type Socket } from "node:net";
import type { Seconds } from "@polis/codec";
import { encodeFrame, encodeHeartbeatAnswer, FrameReader, type HeartbeatAnswer, ipSource } from "@polis/kratos";
import { type Listening, listen } from "../listen.ts";
import type { SeedService } from "../service.ts";

/** Limits of the TCP side (kratos-core 12.4). */
export interface HeartbeatLimits {
  /** Longest life of a connection. */
  readonly timeoutMs: number;
  readonly maxConnections: number;
  readonly maxConnectionsPerSource: number;
}

/** The usual limits. */
export const heartbeatLimits: HeartbeatLimits = {
  timeoutMs: 30_000,
  maxConnections: 1_000,
  maxConnectionsPerSource: 10,
};

/**
 * Takes heartbeats: one frame in, one frame out, end (kratos-core 12.4).
 * @param now Unix seconds
 * @throws the listen error of node:net
 */
export async function createHeartbeatServer(
  at: { readonly host: string; readonly port: number },
  service: SeedService,
  now: () => Seconds,
  limits: HeartbeatLimits = heartbeatLimits,
): Promise<Listening> {
  const server = createServer((socket) => {
    if (socket.destroyed) return;
    socket.on("error", () => socket.destroy());
    const ip = socket.remoteAddress ?? "";
    const source = ipSource(ip);
    const admitted = service.gate.admit(source, now());
    if (admitted === "Banned") return void socket.destroy();
    // The whole exchange has this time: a byte now and then does not make it longer.
    const timer = setTimeout(() => socket.destroy(), limits.timeoutMs);
    socket.once("close", () => clearTimeout(timer));
    if (admitted === "RateLimited") reply(socket, service.refusal());
    else readFrame(socket, (body) => service.answer(body, ip));
  });
  server.maxConnections = limits.maxConnections;
  return listen(server, at, limits.maxConnectionsPerSource);
}

/** Reads one frame and answers it. What is no frame is judged like one that is empty: malformed. */
function readFrame(socket: Socket, answer: (body: Uint8Array) => Promise<HeartbeatAnswer>): void {
  const reader = new FrameReader();
  const take = (piece: Buffer) => {
    const read = reader.push(piece);
    if (read.ok && read.value === undefined) return;
    socket.off("data", take);
    socket.pause();
    void answer((read.ok && read.value) || new Uint8Array(0)).then((said) => reply(socket, said));
  };
  socket.on("data", take);
}

function reply(socket: Socket, answer: HeartbeatAnswer): void {
  if (socket.destroyed) return;
  // Whatever still comes is read and dropped, so that the answer is not lost with a reset.
  socket.on("data", () => {});
  socket.resume();
  socket.end(encodeFrame(encodeHeartbeatAnswer(answer)));
}
