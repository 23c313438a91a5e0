import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Digest, digestToBytes, type Height, height } from "@polis/codec";
import type { KairosBackend } from "@polis/kairos";
import {
  BlockEvent,
  BlockLevel,
  BlockStatus,
  type SubscribeBlocksRequest,
  type SubscribeBlocksResponseSchema,
} from "@polis/proto";
import { callError } from "../callError.ts";
import { blockMessage, type StatusOf } from "../convert/blockMessage.ts";
import { heightField } from "../fields.ts";
import { EventQueue } from "./eventQueue.ts";

/** What waits for a subscriber: small, so that a full buffer keeps no blocks in memory. */
type Waiting =
  | { readonly event: typeof BlockEvent.FINALIZED; readonly height: Height }
  | {
      readonly event: typeof BlockEvent.NEW | typeof BlockEvent.NOTARIZED | typeof BlockEvent.SKIPPED;
      readonly digest: Digest;
      readonly view: number | undefined;
    };

type Message = MessageInitShape<typeof SubscribeBlocksResponseSchema>;

/** SubscribeBlocks: the finalized past from a height on, then what happens, without a gap or a repetition between. */
export async function* blockEvents(
  backend: KairosBackend,
  request: SubscribeBlocksRequest,
  statusOf: StatusOf,
  signal: AbortSignal,
): AsyncGenerator<Message> {
  const whole = request.includeTransactions;
  const wantsFinal = request.levels.length === 0 || request.levels.includes(BlockLevel.FINALIZED);
  const queue = new EventQueue<Waiting>();
  const first =
    request.fromHeight === 0n ? backend.finalizedHeight() + 1 : heightField(request.fromHeight, "from_height");
  let next: number = first;
  let isLive = false;
  const push = (waiting: Waiting) => {
    if (isLive) queue.push(waiting);
  };
  const stop = watch(backend, request, wantsFinal, push);
  try {
    for (; wantsFinal && next <= backend.finalizedHeight(); next++) {
      signal.throwIfAborted();
      yield finalMessage(backend, height(next), whole, statusOf);
      queue.lastHeight = next;
    }
    // No event can come between the look at the tip and this line.
    isLive = true;
    for await (const waiting of queue.events(signal)) {
      if (waiting.event !== BlockEvent.FINALIZED) {
        yield openMessage(backend, waiting, whole, statusOf);
      } else if (waiting.height >= next) {
        next = waiting.height + 1;
        yield finalMessage(backend, waiting.height, whole, statusOf);
        queue.lastHeight = waiting.height;
      }
    }
  } finally {
    stop();
  }
}

function watch(
  backend: KairosBackend,
  request: SubscribeBlocksRequest,
  wantsFinal: boolean,
  push: (waiting: Waiting) => void,
): () => void {
  const wantsOpen = request.levels.includes(BlockLevel.NOTARIZED);
  return backend.events.subscribe((event) => {
    if (event.what === "final" && wantsFinal) push({ event: BlockEvent.FINALIZED, height: event.height });
    if (!wantsOpen) return;
    if (event.what === "proposed") push({ event: BlockEvent.NEW, digest: event.digest, view: event.view });
    if (event.what === "notarized") push({ event: BlockEvent.NOTARIZED, digest: event.digest, view: event.view });
    if (event.what === "skipped") push({ event: BlockEvent.SKIPPED, digest: event.digest, view: undefined });
  });
}

/** Messages of the latest blocks by backend: the same frozen one goes to all subscribers and is encoded once. */
const recent = new WeakMap<KairosBackend, Map<string, Message>>();
const maxRecent = 8;

function finalMessage(backend: KairosBackend, at: Height, whole: boolean, statusOf: StatusOf): Message {
  const block = backend.blockByHeight(at);
  if (block === undefined) throw callError("INTERNAL", `block ${at} is final and cannot be read`);
  const known = recent.get(backend) ?? new Map<string, Message>();
  recent.set(backend, known);
  const key = `${block.digest} ${whole}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const message = Object.freeze({
    event: BlockEvent.FINALIZED,
    block: blockMessage(backend, block, whole, statusOf),
  });
  if (known.size >= maxRecent) known.delete(known.keys().next().value!);
  known.set(key, message);
  return message;
}

function openMessage(
  backend: KairosBackend,
  { event, digest, view }: Exclude<Waiting, { readonly height: Height }>,
  whole: boolean,
  statusOf: StatusOf,
): Message {
  const block = backend.blockByDigest(digest);
  if (block !== undefined) return { event, block: blockMessage(backend, block, whole, statusOf) };
  const status = event === BlockEvent.NEW ? BlockStatus.PROPOSED : BlockStatus.NOTARIZED;
  return {
    event,
    block: { hash: digestToBytes(digest), status, ...(view === undefined ? {} : { view: BigInt(view) }) },
  };
}
