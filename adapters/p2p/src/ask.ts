import type { Connection, Stream } from "@libp2p/interface";
import { readFrame, writeFrame } from "./frame.ts";
import type { P2pLimits, RequestFailure } from "./types.ts";

/**
 * Sends one request on a stream of its own and reads the answer.
 * @param protocol id with its leading slash
 * @param closed aborted when the network ends
 * @returns never rejects
 */
export async function ask(
  connection: Connection,
  protocol: string,
  bytes: Uint8Array,
  limits: P2pLimits,
  closed: AbortSignal,
): Promise<Uint8Array | RequestFailure> {
  if (bytes.length > limits.requestBytes) return "tooLarge";
  const signal = AbortSignal.any([AbortSignal.timeout(limits.requestTimeoutMs), closed]);
  const stream = await open(connection, protocol, limits.streams, signal);
  if (typeof stream === "string") return closed.aborted ? "gone" : stream;
  const sent = await writeFrame(stream, bytes, signal);
  if (sent) stream.close({ signal }).catch(() => {});
  const answer = await readFrame(stream, limits.responseBytes, signal);
  if (answer instanceof Uint8Array) return answer;
  stream.abort(new Error(answer));
  switch (answer) {
    case "tooLarge":
      return "tooLarge";
    case "none":
    case "malformed":
      return "refused";
    case "timeout":
      return closed.aborted ? "gone" : "timeout";
    case "cut":
      return connection.status === "open" ? "refused" : "gone";
  }
}

async function open(
  connection: Connection,
  protocol: string,
  maxOutboundStreams: number,
  signal: AbortSignal,
): Promise<Stream | RequestFailure> {
  try {
    return await connection.newStream(protocol, { signal, maxOutboundStreams });
  } catch {
    if (connection.status !== "open") return "gone";
    return signal.aborted ? "timeout" : "refused";
  }
}
