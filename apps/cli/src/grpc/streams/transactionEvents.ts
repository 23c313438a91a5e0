import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Digest, type Height, height } from "@polis/codec";
import type { ApiBlock, KairosBackend, VerifiedTransaction } from "@polis/kairos";
import type { TransactionInfoSchema } from "@polis/proto";
import { TransactionEvent } from "@polis/proto";
import { callError } from "../callError.ts";
import { isFinal } from "../convert/blockMessage.ts";
import { placedInfo, waitingInfo } from "../convert/transactionMessage.ts";
import { EventQueue } from "./eventQueue.ts";

/** What a stream says of a transaction. */
export interface TransactionNews {
  readonly event: TransactionEvent;
  readonly info: MessageInitShape<typeof TransactionInfoSchema>;
  readonly verified: VerifiedTransaction;
  /** Its block and place; undefined while it waits. */
  readonly place: { readonly block: ApiBlock; readonly index: number } | undefined;
}

/** Which transactions a stream tells of. */
export interface TransactionChoice {
  /** `block` is given for final transactions only, whose logs may be looked at. */
  matches(verified: VerifiedTransaction, block: ApiBlock | undefined, index: number): boolean;
  /** Also of those that wait, and of those that are dropped. */
  readonly pending: boolean;
  /** Of those in blocks. */
  readonly blocks: boolean;
}

/** A whole block is one waiting event, so that a busy one does not fill the buffer. */
type Waiting =
  | { readonly what: "pooled"; readonly verified: VerifiedTransaction }
  | { readonly what: "included"; readonly digest: Digest }
  | { readonly what: "final"; readonly height: Height };

/** Submitted transactions of one stream whose end is awaited, and how many are looked at per block. */
const maxAwaited = 1_024;
const looksPerBlock = 64;

/** Transactions from now on, as they enter the pool, enter a notarized block, become final, or leave without a block. */
export async function* transactionEvents(
  node: KairosBackend,
  choice: TransactionChoice,
  signal: AbortSignal,
): AsyncGenerator<TransactionNews> {
  const queue = new EventQueue<Waiting>();
  const awaited = new Map<Digest, VerifiedTransaction>();
  const stop = node.events.subscribe((event) => {
    if (event.what === "final") queue.push({ what: "final", height: event.height });
    else if (event.what === "notarized" && choice.blocks) queue.push({ what: "included", digest: event.digest });
    else if (event.what === "pooled" && choice.pending) {
      const found = node.unfinal(event.hash);
      if (found?.state !== "pending" && found?.state !== "queued") return;
      if (choice.matches(found.verified, undefined, 0)) queue.push({ what: "pooled", verified: found.verified });
    }
  });
  try {
    for await (const waiting of queue.events(signal)) {
      if (waiting.what === "pooled") {
        if (awaited.size >= maxAwaited) awaited.delete(awaited.keys().next().value!);
        awaited.set(waiting.verified.transaction.hash, waiting.verified);
        const { verified } = waiting;
        yield { event: TransactionEvent.SUBMITTED, info: waitingInfo(verified), verified, place: undefined };
      } else if (waiting.what === "included") {
        yield* ofBlock(node, node.blockByDigest(waiting.digest), choice, TransactionEvent.INCLUDED);
      } else {
        const block = node.blockByHeight(height(waiting.height));
        if (block === undefined) throw callError("INTERNAL", `block ${waiting.height} is final and cannot be read`);
        if (choice.blocks) yield* ofBlock(node, block, choice, TransactionEvent.FINALIZED);
        queue.lastHeight = waiting.height;
        yield* dropped(node, awaited);
      }
    }
  } finally {
    stop();
  }
}

function* ofBlock(
  node: KairosBackend,
  block: ApiBlock | undefined,
  choice: TransactionChoice,
  event: TransactionEvent,
): Generator<TransactionNews> {
  // A block that was notarized and is gone already was skipped; nothing that it held is included.
  if (block === undefined) return;
  const withReceipts = event === TransactionEvent.FINALIZED || isFinal(node, block);
  for (const [index, verified] of block.transactions().entries()) {
    if (!choice.matches(verified, withReceipts ? block : undefined, index)) continue;
    yield { event, info: placedInfo(block, index, withReceipts), verified, place: { block, index } };
  }
}

/** Looks at the transactions that have waited longest; those that are nowhere any more were dropped. */
function* dropped(node: KairosBackend, awaited: Map<Digest, VerifiedTransaction>): Generator<TransactionNews> {
  for (const [hash, verified] of [...awaited].slice(0, looksPerBlock)) {
    awaited.delete(hash);
    if (node.location(hash) !== undefined) continue;
    if (node.unfinal(hash) !== undefined) {
      awaited.set(hash, verified);
      continue;
    }
    yield { event: TransactionEvent.DROPPED, info: waitingInfo(verified), verified, place: undefined };
  }
}
