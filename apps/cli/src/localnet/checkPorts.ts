import { createServer } from "node:net";
import { UserError } from "../errors.ts";

/**
 * Makes sure that nobody listens on the ports of a local network yet: another network in the same folder would lose its
 * files to `--clean`, and half of the validators would not come up.
 * @throws UserError naming the first port that is taken
 */
export async function checkPorts(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once("error", () => resolve(false));
      server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
    });
    if (free) continue;
    const hint = "stop the other program, or choose others with --rpc-port, --p2p-port, --metrics-port and --grpc-port";
    throw new UserError("PORT_TAKEN", `port ${port} is taken: does another local network run?`, hint);
  }
}
