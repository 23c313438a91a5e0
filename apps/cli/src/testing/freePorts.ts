import { createServer } from "node:net";

/** Below the range from which systems take ports for outgoing connections, so that nobody takes one by chance. */
const FIRST = 10_000;
const LAST = 32_000;

/** Where the next search of this process begins: test files run as processes of their own, each in its own region. */
let next = FIRST + (process.pid % 200) * 100;

/**
 * Finds neighbouring ports on 127.0.0.1 that nobody listens on, for configurations that must name them before the start.
 * @returns the first of `count` ports
 */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    if (next + count > LAST) next = FIRST;
    const base = next;
    next += count;
    const free = await Promise.all(Array.from({ length: count }, (_, i) => isFree(base + i)));
    if (free.every(Boolean)) return base;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}
