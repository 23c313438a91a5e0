import type { Socket } from "node:net";

/**
 * Ends connections to which nothing could be sent for some time though something waits: their readers stand still.
 * @returns the timer, which the caller ends
 */
export function watchReaders(sockets: ReadonlySet<Socket>, timeoutMs: number, onSlow: () => void): NodeJS.Timeout {
  const stuck = new WeakMap<Socket, { readonly written: number; readonly sinceMs: number }>();
  return setInterval(
    () => {
      const nowMs = performance.now();
      for (const socket of sockets) {
        // `bytesWritten` counts what waits as well.
        const written = socket.bytesWritten - socket.writableLength;
        const before = stuck.get(socket);
        if (socket.writableLength === 0) stuck.delete(socket);
        else if (before?.written !== written) stuck.set(socket, { written, sinceMs: nowMs });
        else if (nowMs - before.sinceMs > timeoutMs) {
          onSlow();
          socket.destroy();
        }
      }
    },
    Math.min(1_000, timeoutMs / 4),
  );
}
