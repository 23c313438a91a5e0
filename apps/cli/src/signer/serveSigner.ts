import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import type { VoteKeys } from "@polis/crypto";
import { makeTlsIdentity, peerIdOf } from "@polis/net";
import type { Logger } from "@polis/ports";
import { FrameCutter, frame } from "./frames.ts";
import { freeSocketPath } from "./socketPath.ts";
import type { VoteRecord } from "./voteRecord.ts";
import {
  decodeRequest,
  encodeAnswer,
  encodeHello,
  type SignAnswer,
  type SignerHello,
  type SignRequest,
} from "./wire.ts";

/** Where a signer listens: a Unix socket that only its user reaches, or TLS for clients whose keys are pinned. */
export type SignerListen =
  | { readonly socketPath: string }
  | {
      readonly host: string;
      readonly port: number;
      /** Ed25519 secret of the signer, which nodes pin. */
      readonly secretKey: Uint8Array;
      /** Ed25519 public keys of the nodes that may ask, 64 hex characters each. */
      readonly clients: ReadonlySet<string>;
    };

/** What a signer serves with. */
export interface ServeSignerOptions {
  readonly listen: SignerListen;
  readonly keys: VoteKeys;
  /** Epoch of the genesis; nothing is signed for another one. */
  readonly epoch: number;
  readonly record: VoteRecord;
  readonly hello: Omit<SignerHello, "fresh">;
  readonly logger: Logger;
  /** The record cannot be written: the process must end. */
  readonly fail: (error: unknown) => void;
}

/** A signer that listens. */
export interface SignerServer {
  /** Port of the TLS listener; undefined for a socket. */
  readonly port: number | undefined;
  close(): Promise<void>;
}

/** Connections that are served; the next one takes the place of the one that has been silent for the longest. */
const MAX_CONNECTIONS = 8;
/** Connections that have not shown a key yet. */
const MAX_KNOCKING = 64;
/** Requests of one connection that may wait: a replica waits for each, so that there is hardly ever a second. */
const MAX_WAITING = 16;
/** No signature is given to whoever takes longer than this to finish a TLS handshake. */
const HANDSHAKE_MS = 5_000;

/**
 * Answers sign requests until it is closed. Every vote is in the record, on disk, before its signature leaves.
 * @throws the listen error of node:net; UserError for a socket path that is in use
 */
export async function serveSigner(options: ServeSignerOptions): Promise<SignerServer> {
  const { listen } = options;
  /** The one that has been silent for the longest first. */
  const sockets = new Set<Socket>();
  const serve = (socket: Socket): void => {
    // A node that lost its power or its network never says that it has left, and must find a place when it comes back.
    for (const longest of sockets) {
      if (sockets.size < MAX_CONNECTIONS) break;
      sockets.delete(longest);
      longest.destroy();
    }
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", () => {
      if (sockets.delete(socket)) sockets.add(socket);
    });
    serveSocket(socket, options);
  };
  const knocking = new Map<string, Socket>();
  const server = "socketPath" in listen ? createServer(serve) : createTls(listen, serve, options.logger, knocking);
  await listenOn(server, listen);
  server.on("error", options.fail);
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of [...sockets, ...knocking.values()]) socket.destroy();
      }),
  };
}

/** @param knocking connections without a finished handshake, by where they come from, the oldest first */
function createTls(
  listen: Exclude<SignerListen, { socketPath: string }>,
  serve: (s: Socket) => void,
  logger: Logger,
  knocking: Map<string, Socket>,
) {
  const { keyPem, certificatePem } = makeTlsIdentity(listen.secretKey);
  const server = createTlsServer({
    key: keyPem,
    cert: certificatePem,
    minVersion: "TLSv1.3",
    requestCert: true,
    rejectUnauthorized: false,
    handshakeTimeout: HANDSHAKE_MS,
  });
  // Strangers who never finish take places from each other, and never one from a node.
  server.on("connection", (socket: Socket) => {
    const from = originOf(socket);
    for (const [oldest, other] of knocking) {
      if (knocking.size < MAX_KNOCKING) break;
      knocking.delete(oldest);
      other.destroy();
    }
    knocking.set(from, socket);
    socket.on("close", () => {
      if (knocking.get(from) === socket) knocking.delete(from);
    });
  });
  server.on("secureConnection", (socket: TLSSocket) => {
    knocking.delete(originOf(socket));
    const peerId = socket.isSessionReused() ? undefined : peerIdOf(socket.getPeerX509Certificate());
    if (peerId !== undefined && listen.clients.has(peerId)) {
      serve(socket);
      return;
    }
    logger.log("warn", "a client whose key is not allowed was refused", { peer: peerId?.slice(0, 16) ?? "none" });
    socket.destroy();
  });
  server.on("tlsClientError", () => undefined);
  return server;
}

function originOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

async function listenOn(server: Server, listen: SignerListen): Promise<void> {
  const listening = new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.once("listening", () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
  if (!("socketPath" in listen)) server.listen(listen.port, listen.host);
  else {
    await freeSocketPath(listen.socketPath);
    // The socket is made inside this call; nobody else may reach it, not even for a moment.
    const mask = process.umask(0o177);
    server.listen(listen.socketPath);
    process.umask(mask);
  }
  await listening;
}

function serveSocket(socket: Socket, options: ServeSignerOptions): void {
  const { record, logger, fail } = options;
  const cutter = new FrameCutter();
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();
  socket.setNoDelay(true);
  socket.on("error", () => undefined);
  socket.write(frame(encodeHello({ ...options.hello, fresh: record.isFresh })));
  socket.on("data", (chunk: Buffer) => {
    for (const body of cutter.push(chunk) ?? [new Uint8Array(0)]) {
      const decoded = decodeRequest(body);
      if (decoded === undefined || waiting >= MAX_WAITING) {
        logger.log("warn", "a client sent what is no sign request, or too many of them");
        socket.destroy();
        return;
      }
      waiting++;
      last = last
        .then(async () => {
          const answer = await sign(decoded.request, options);
          waiting--;
          if (!socket.destroyed) socket.write(frame(encodeAnswer(decoded.id, answer)));
        })
        .catch(fail);
    }
  });
}

async function sign(request: SignRequest, options: ServeSignerOptions): Promise<SignAnswer> {
  const { keys, record, logger, hello } = options;
  const asked = "claim" in request ? request.claim : request;
  if (asked.epoch !== options.epoch) return { kind: "refused", reason: `epoch ${asked.epoch} is not the genesis's` };
  if (request.kind === "status") return { kind: "signed", sig: keys.signStatus(request.claim) };
  const verdict = await record.enter(request);
  if (typeof verdict !== "string") {
    logger.log("warn", "refused to sign", { kind: request.kind, reason: verdict.refused, validator: hello.index });
    return { kind: "refused", reason: verdict.refused };
  }
  if (request.kind === "proposal") return { kind: "signed", sig: keys.signProposal(request.claim) };
  const { epoch, view } = request;
  const sig =
    request.kind === "nullify" ? keys.signNullify(epoch, view) : keys.signNotarize(epoch, view, request.digest);
  return { kind: "signed", sig };
}
