import type { AddressInfo, Server, Socket } from "node:net";
import { ipSource } from "@polis/kratos";
import { SeedError } from "./errors.ts";

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** Ends it with its connections. */
  close(): Promise<void>;
}

/**
 * Lets a TCP server listen.
 * @param maxPerSource connections that one source may hold; one more is destroyed before anything else sees it
 * @throws SeedError when the address cannot be had
 */
export async function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
  maxPerSource: number,
): Promise<Listening> {
  const sockets = watchSockets(server, maxPerSource);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(cannotListen(host, port, cause)));
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** The open connections; those that are too many of one source are destroyed. */
function watchSockets(server: Server, maxPerSource: number): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  const held = new Map<string, number>();
  server.prependListener("connection", (socket: Socket) => {
    const source = ipSource(socket.remoteAddress ?? "");
    const count = held.get(source) ?? 0;
    if (count >= maxPerSource) return void socket.destroy();
    sockets.add(socket);
    held.set(source, count + 1);
    socket.once("close", () => {
      sockets.delete(socket);
      const left = (held.get(source) ?? 1) - 1;
      if (left === 0) held.delete(source);
      else held.set(source, left);
    });
  });
  return sockets;
}

/** The mistake behind an error of listening. */
export function cannotListen(host: string, port: number, cause: unknown): SeedError {
  const hint = "choose another port or --listen; ports below 1024 need a privilege";
  return new SeedError("LISTEN", `cannot listen on ${host}:${port}: ${(cause as Error).message}`, hint, { cause });
}
