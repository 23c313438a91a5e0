import { connect } from "node:net";
import { encodeFrame, FrameReader } from "@polis/kratos";
import type { Seed } from "./parseSeed.ts";

/**
 * Sends one frame to a seed server and reads the one that answers (kratos-core 12.4).
 * @param signal ends the connection
 * @throws Error when there is no answer in time, or it is no frame
 */
export function exchangeFrame(
  { host, heartbeatPort }: Seed,
  body: Uint8Array,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: host.replace(/^\[|\]$/g, ""), port: heartbeatPort });
    const reader = new FrameReader();
    // Its own clock: a server that sends a byte now and then must not hold the connection.
    const timer = setTimeout(() => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    const stop = () => socket.destroy(new Error("stopped"));
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    socket.once("connect", () => socket.write(encodeFrame(body)));
    socket.on("data", (piece: Buffer) => {
      const read = reader.push(piece);
      if (!read.ok) socket.destroy(new Error(`not a frame: ${read.fault.detail ?? read.fault.code}`));
      else if (read.value !== undefined) {
        resolve(read.value);
        socket.destroy();
      }
    });
    socket.once("error", reject);
    socket.once("close", () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      reject(new Error("closed without an answer"));
    });
  });
}
