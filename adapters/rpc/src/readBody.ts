import type { IncomingMessage } from "node:http";
import type { Core } from "./core.ts";

/** A whole body, or why there is none. */
export type Body = Uint8Array | "too large" | "busy";

/**
 * Collects a request body within the limits of one request and of all that are arriving (kairos 16.3). Exactly one call
 * of `done`; none when the client goes away first (J7).
 */
export function readBody(
  request: IncomingMessage,
  core: Pick<Core<never>, "limits" | "incomingBytes">,
  done: (body: Body) => void,
  maxRequestBytes: number = core.limits.maxRequestBytes,
): void {
  const { maxIncomingBytes } = core.limits;
  const declared = request.headers["content-length"];
  if (declared !== undefined && Number(declared) > maxRequestBytes) {
    request.resume();
    done("too large");
    return;
  }
  let chunks: Buffer[] = [];
  let bytes = 0;
  let over = false;
  const forget = (): void => {
    core.incomingBytes -= bytes;
    chunks = [];
    bytes = 0;
  };
  const refuse = (why: "too large" | "busy"): void => {
    over = true;
    forget();
    done(why);
  };
  request.on("data", (chunk: Buffer) => {
    if (over) return;
    bytes += chunk.length;
    core.incomingBytes += chunk.length;
    chunks.push(chunk);
    if (bytes > maxRequestBytes) refuse("too large");
    else if (core.incomingBytes > maxIncomingBytes && bytes > smallBytes) refuse("busy");
  });
  request.on("end", () => {
    if (over) return;
    const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, bytes);
    over = true;
    forget();
    done(body);
  });
  request.on("close", () => {
    if (!over) forget();
    over = true;
  });
}

/** Bodies up to this size are never refused for what other clients send. */
const smallBytes = 65_536;
