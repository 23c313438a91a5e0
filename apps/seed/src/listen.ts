import type { AddressInfo, Server } from "node:net";
import { SeedError } from "./errors.ts";

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** Ends it with its connections. */
  close(): Promise<void>;
}

/** Lets a TCP server listen. @throws SeedError when the address cannot be had */
export async function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listening> {
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
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

/** The mistake behind an error of listening. */
export function cannotListen(host: string, port: number, cause: unknown): SeedError {
  const hint = "choose another port or --listen; ports below 1024 need a privilege";
  return new SeedError("LISTEN", `cannot listen on ${host}:${port}: ${(cause as Error).message}`, hint, { cause });
}
