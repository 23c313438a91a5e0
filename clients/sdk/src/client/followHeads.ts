import { KairosError } from "../errors/kairosError.ts";
import { SdkError } from "../errors/sdkError.ts";
import type { Json } from "../rpc/jsonRpc.ts";
import type { NodeLink } from "./nodeLink.ts";
import { asNumber, asRecord } from "./readJson.ts";
import type { Block } from "./types.ts";

/**
 * Final blocks from a height on. A WebSocket tells how far the chain is; the blocks are read one after the other, so a slow
 * reader keeps nothing waiting in memory, and none is left out.
 * @param url of the node's JSON-RPC, http or https; the socket is at the same address
 */
export async function* followHeads(
  url: string,
  link: Pick<NodeLink, "block">,
  from: number,
  full: boolean,
  signal: AbortSignal,
): AsyncGenerator<Block> {
  const tip = openTip(url, signal);
  try {
    await tip.opened;
    // Subscribed first and read afterwards: a block in between is seen by both, and not missed by either.
    tip.raise((await link.block("latest", false, { signal }))?.height ?? 0);
    for (let next = from; ; next++) {
      await tip.reaches(next);
      const block = await link.block(next, full, { signal });
      if (block === undefined) throw new KairosError("UNAVAILABLE", `block ${next} was announced and is not there`);
      yield block;
    }
  } finally {
    tip.close();
  }
}

/** The highest final height that a node has told of. */
interface Tip {
  readonly opened: Promise<void>;
  raise(height: number): void;
  /** Resolves when the height is final; rejects when the socket ends. */
  reaches(height: number): Promise<void>;
  close(): void;
}

function openTip(url: string, signal: AbortSignal): Tip {
  if (typeof WebSocket === "undefined") {
    const hint = "take Node 22 or later, or give the node's gRPC address as well";
    throw new SdkError("CONFIGURATION", "streams over JSON-RPC need WebSocket, which is not here", hint);
  }
  const socket = new WebSocket(url.replace(/^http/, "ws"));
  const opened = Promise.withResolvers<void>();
  let height = -1;
  let ended: unknown;
  let news = Promise.withResolvers<void>();
  news.promise.catch(() => undefined);
  opened.promise.catch(() => undefined);
  const end = (error: unknown) => {
    ended ??= error;
    opened.reject(ended);
    news.reject(ended);
    socket.close();
  };
  const raise = (to: number) => {
    if (to <= height) return;
    height = to;
    news.resolve();
    news = Promise.withResolvers<void>();
    news.promise.catch(() => undefined);
  };
  const onAbort = () => end(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  socket.onopen = () =>
    socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_subscribe", params: ["newHeads"] }));
  socket.onmessage = ({ data }) => {
    try {
      read(JSON.parse(String(data)) as Json, opened.resolve, raise);
    } catch (cause) {
      end(cause instanceof KairosError ? cause : new KairosError("OTHER", "not JSON-RPC", { cause }));
    }
  };
  socket.onerror = () => end(new KairosError("UNAVAILABLE", `no WebSocket at ${url}`));
  socket.onclose = () => end(new KairosError("UNAVAILABLE", "the WebSocket was closed"));
  return {
    opened: opened.promise,
    raise,
    async reaches(wanted) {
      while (height < wanted) {
        if (ended !== undefined) throw ended;
        await news.promise;
      }
    },
    close() {
      signal.removeEventListener("abort", onAbort);
      end(new KairosError("UNAVAILABLE", "closed"));
    },
  };
}

function read(message: Json, onOpened: () => void, onHead: (height: number) => void): void {
  const { id, error, params } = asRecord(message);
  if (error !== undefined) throw new KairosError("UNAVAILABLE", `no subscription: ${JSON.stringify(error)}`);
  if (id === 1) onOpened();
  else if (params !== undefined) onHead(asNumber(asRecord(asRecord(params).result).number));
}
