import type { Server } from "node:tls";
import type { Logger } from "@polis/ports";
import { NetError } from "./errors.ts";
import type { Address } from "./types.ts";

/**
 * Has a server listen.
 * @param listen port 0 lets the system choose
 * @returns where it listens
 * @throws NetError NET_LISTEN when it cannot
 */
export async function openListener(server: Server, listen: Address, logger: Logger | undefined): Promise<Address> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error) =>
      reject(new NetError("NET_LISTEN", error.message, "Choose a free p2p.listen_addr of this host.", error));
    server.once("error", fail);
    server.listen(listen.port, listen.host, () => {
      server.off("error", fail);
      server.on("error", (error) => logger?.log("error", "listener", { error: error.message }));
      resolve();
    });
  });
  const bound = server.address();
  return { host: listen.host, port: typeof bound === "object" && bound !== null ? bound.port : listen.port };
}
