import type { IncomingMessage } from "node:http";

/**
 * Collects a request body up to a limit. Exactly one call of `done`; none when the client goes away first (kairos J7).
 * @param maxBytes more than this ends the reading with "too large", on the declared length already
 */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
  done: (body: Uint8Array | "too large") => void,
): void {
  const declared = request.headers["content-length"];
  if (declared !== undefined && Number(declared) > maxBytes) {
    request.resume();
    done("too large");
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  let over = false;
  request.on("data", (chunk: Buffer) => {
    if (over) return;
    bytes += chunk.length;
    if (bytes > maxBytes) {
      over = true;
      chunks.length = 0;
      done("too large");
      return;
    }
    chunks.push(chunk);
  });
  request.on("end", () => {
    if (!over) done(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, bytes));
  });
}
