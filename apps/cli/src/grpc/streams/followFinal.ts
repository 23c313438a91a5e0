import { type Height, height } from "@polis/codec";
import type { ApiBlock, KairosBackend } from "@polis/kairos";
import { callError } from "../callError.ts";
import { EventQueue } from "./eventQueue.ts";

/**
 * Finalized blocks from a height on, each height once and without a gap: first those that are final already, then each as
 * it becomes final.
 * @param to last height; undefined follows the tip until the signal
 */
export async function* followFinal(
  node: KairosBackend,
  from: Height,
  to: Height | undefined,
  signal: AbortSignal,
): AsyncGenerator<ApiBlock> {
  const queue = new EventQueue<Height>();
  let next: number = from;
  let isLive = false;
  const stop = node.events.subscribe((event) => {
    // Until the past is delivered, new heights are found by looking at the tip; they need no place in the buffer.
    if (isLive && event.what === "final" && event.height >= next) queue.push(event.height);
  });
  try {
    for (; next <= Math.min(node.finalizedHeight(), to ?? Number.MAX_SAFE_INTEGER); next++) {
      signal.throwIfAborted();
      yield blockAt(node, next);
      queue.lastHeight = next;
    }
    if (to !== undefined && next > to) return;
    // No event can come between the look at the tip and this line.
    isLive = true;
    for await (const at of queue.events(signal)) {
      if (at < next) continue;
      next = at + 1;
      yield blockAt(node, at);
      queue.lastHeight = at;
      if (to !== undefined && next > to) return;
    }
  } finally {
    stop();
  }
}

function blockAt(node: KairosBackend, at: number): ApiBlock {
  const block = node.blockByHeight(height(at));
  if (block === undefined) throw callError("INTERNAL", `block ${at} is final and cannot be read`);
  return block;
}
