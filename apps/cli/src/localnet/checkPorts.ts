import { createServer } from "node:net";
import { UserError } from "../errors.ts";

const HINT = "stop the other program, or choose others with --rpc-port, --p2p-port, --metrics-port and --grpc-port";

/**
 * Makes sure that nobody listens on the ports of a local network yet: another network in the same folder would lose its
 * files to `--clean`, and half of the validators would not come up.
 * @param hint which flags choose others
 * @throws UserError naming the first port that is taken
 */
export async function checkPorts(ports: readonly number[], hint: string = HINT): Promise<void> {
  for (const port of ports) {
    if (await isFree(port)) continue;
    throw new UserError("PORT_TAKEN", `port ${port} is taken: does another local network run?`, hint);
  }
}

/**
 * The ports of the visualizers: a taken one is left out and said, for a dashboard is no reason not to run a network.
 * @returns one entry per given port, undefined where it is taken
 */
export async function visualizerPorts(
  ports: readonly number[],
  say: (line: string) => void,
): Promise<readonly (number | undefined)[]> {
  const free = await Promise.all(ports.map(isFree));
  return ports.map((port, i) => {
    if (free[i] === true) return port;
    say(`port ${port} is taken: validator ${i} runs without its visualizer (choose others with --visualizer-port)`);
    return undefined;
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}
