import { connect, type Socket } from "node:net";

/** Open streams of server-sent events, and what has come over them. */
export interface SseStreams {
  /** Answered with 200. */
  readonly accepted: number;
  /** Answered with another status, such as 503 of a full server. */
  readonly refused: number;
  readonly bytes: number;
  close(): Promise<void>;
}

/**
 * Opens streams as browsers do and throws away what comes, so that the client costs as little as it can beside what it
 * measures. Resolves when each has been answered.
 * @throws the error of a connection that fails
 */
export async function openSseStreams(port: number, path: string, count: number): Promise<SseStreams> {
  const totals = { accepted: 0, refused: 0, bytes: 0 };
  const request = `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\naccept: text/event-stream\r\n\r\n`;
  const sockets: Socket[] = [];
  const open = () =>
    new Promise<void>((resolve, reject) => {
      let isOpen = false;
      const socket = connect({ host: "127.0.0.1", port, noDelay: true }, () => socket.write(request));
      sockets.push(socket);
      socket.on("error", reject);
      socket.on("data", (chunk: Buffer) => {
        totals.bytes += chunk.length;
        if (isOpen) return;
        // The status line is in the first packet: it is the first thing that is written.
        isOpen = chunk.toString("latin1", 0, 12) === "HTTP/1.1 200";
        if (isOpen) totals.accepted++;
        else {
          totals.refused++;
          socket.destroy();
        }
        resolve();
      });
      socket.on("close", () => resolve());
    });
  await Promise.all(Array.from({ length: count }, open));
  return {
    get accepted() {
      return totals.accepted;
    },
    get refused() {
      return totals.refused;
    },
    get bytes() {
      return totals.bytes;
    },
    close: async () => {
      await Promise.all(
        sockets.map((socket) =>
          socket.destroyed ? undefined : new Promise((resolve) => socket.once("close", resolve).destroy()),
        ),
      );
    },
  };
}
