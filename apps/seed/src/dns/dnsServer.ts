import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { createServer, type Socket } from "node:net";
import { type Millis, millis } from "@polis/codec";
import { ipSource, type ResponseLimiter } from "@polis/kratos";
import { cannotListen, type Listening, listen } from "../listen.ts";
import type { DnsAnswer, DnsQuery } from "./message.ts";
import { dnsCodes, encodeAnswer, encodeError, readQuery } from "./message.ts";

/** What the server is made of. */
export interface DnsServerOptions {
  readonly host: string;
  /** 0 takes one that is free for both transports. */
  readonly port: number;
  readonly answer: (query: DnsQuery) => DnsAnswer;
  readonly limiter: ResponseLimiter;
  readonly count: (what: "dnsQueries" | "rateLimited") => void;
  readonly nowMs: () => number;
  /** Time for a connection and its queries. */
  readonly tcpTimeoutMs?: number;
}

/** Largest answer over UDP (kratos-core 12.7), and over TCP: 25 SRV records. */
const UDP_BYTES = 512;
const TCP_BYTES = 8_192;
const MAX_TCP_CONNECTIONS = 128;
const MAX_TCP_PER_SOURCE = 16;
const MAX_TCP_QUERIES = 16;

/** Serves DNS over UDP, and over TCP for answers that UDP cuts (RFC 7766). @throws SeedError when the port cannot be had */
export async function createDnsServer(options: DnsServerOptions): Promise<Listening> {
  // A port that is free for TCP may be taken for UDP: a free one is looked for a few times.
  for (let attempt = 1; ; attempt++) {
    const tcp = await listen(tcpServer(options), options, MAX_TCP_PER_SOURCE);
    try {
      const udp = await bindUdp(options, tcp.port);
      return {
        port: tcp.port,
        close: async () => {
          await Promise.all([tcp.close(), new Promise<void>((resolve) => udp.close(() => resolve()))]);
        },
      };
    } catch (cause) {
      await tcp.close();
      if (options.port !== 0 || attempt === 8) throw cannotListen(options.host, tcp.port, cause);
    }
  }
}

function bindUdp(options: DnsServerOptions, port: number): Promise<UdpSocket> {
  const udp = createSocket(options.host.includes(":") ? "udp6" : "udp4");
  udp.on("message", (packet, from) => {
    options.count("dnsQueries");
    const judged = options.limiter.judge(ipSource(from.address), now(options));
    if (judged !== "answer") options.count("rateLimited");
    if (judged === "drop") return;
    const answer = answerPacket(options, packet, UDP_BYTES, judged === "slip");
    // Who asked may be gone, or never was there: that is no concern of ours.
    if (answer !== undefined) udp.send(answer, from.port, from.address, () => {});
  });
  return new Promise((resolve, reject) => {
    udp.once("error", (error) => {
      udp.close();
      reject(error);
    });
    udp.bind(port, options.host, () => {
      udp.removeAllListeners("error").on("error", () => {});
      resolve(udp);
    });
  });
}

function tcpServer(options: DnsServerOptions) {
  const server = createServer((socket) => {
    if (socket.destroyed) return;
    socket.on("error", () => socket.destroy());
    const timer = setTimeout(() => socket.destroy(), options.tcpTimeoutMs ?? 5_000);
    socket.once("close", () => clearTimeout(timer));
    serveTcp(socket, options);
  });
  server.maxConnections = MAX_TCP_CONNECTIONS;
  return server;
}

/** Answers the queries of a connection, each behind its length, u16 (RFC 1035, 4.2.2). */
function serveTcp(socket: Socket, options: DnsServerOptions): void {
  let held = Buffer.alloc(0);
  let queries = 0;
  socket.on("data", (piece: Buffer) => {
    held = Buffer.concat([held, piece]);
    while (held.length >= 2 && !socket.destroyed) {
      const length = held.readUInt16BE(0);
      if (length > UDP_BYTES || queries >= MAX_TCP_QUERIES) return void socket.destroy();
      if (held.length < 2 + length) return;
      const packet = held.subarray(2, 2 + length);
      held = held.subarray(2 + length);
      queries += 1;
      options.count("dnsQueries");
      const isAllowed = options.limiter.judge(ipSource(socket.remoteAddress ?? ""), now(options)) === "answer";
      if (!isAllowed) options.count("rateLimited");
      const answer = isAllowed ? answerPacket(options, packet, TCP_BYTES, false) : undefined;
      if (answer === undefined) return void socket.destroy();
      socket.write(Buffer.concat([Buffer.from([answer.length >> 8, answer.length & 255]), answer]));
    }
  });
}

/** The answer to a packet; undefined when it gets none. */
function answerPacket(
  options: DnsServerOptions,
  packet: Uint8Array,
  maxBytes: number,
  isCut: boolean,
): Uint8Array | undefined {
  const read = readQuery(packet.subarray(0, UDP_BYTES));
  if (read.kind === "nothing") return undefined;
  if (read.kind === "error") return encodeError(read.id, read.code);
  const cut = { code: dnsCodes.NOERROR, records: [], ttlSeconds: 0, isCut: true };
  return encodeAnswer(read.query, isCut ? cut : options.answer(read.query), maxBytes);
}

function now({ nowMs }: DnsServerOptions): Millis {
  return millis(Math.floor(nowMs()));
}
