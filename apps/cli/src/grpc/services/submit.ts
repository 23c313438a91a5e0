import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { type Digest, digestOf, digestToBytes } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import type { KairosBackend } from "@polis/kairos";
import {
  type SubmitTransactionRequest,
  type SubmitTransactionResponseSchema,
  SubmitWait,
  TransactionStatus,
} from "@polis/proto";
import { callError, faultError, wrongField } from "../callError.ts";
import { placedInfo } from "../convert/transactionMessage.ts";

const defaultWaitMs = 2_000;
/** Longest wait of SubmitTransaction (kairos 15.2). */
export const maxWaitMs = 60_000;

/** SubmitTransaction: admission, and the wait that was asked for. */
export async function submit(
  node: KairosBackend,
  request: SubmitTransactionRequest,
  signal: AbortSignal,
): Promise<MessageInitShape<typeof SubmitTransactionResponseSchema>> {
  if (request.raw.length === 0) throw wrongField("raw", "the bytes of a signed transaction");
  if (request.timeoutMs > maxWaitMs) throw wrongField("timeout_ms", `at most ${maxWaitMs}`);
  const hash = digestOf(keccak256(request.raw));
  const metadata = { tx_hash: hash };
  if (node.location(hash) !== undefined) throw callError("ALREADY_KNOWN", "already known", { metadata });
  const outcome = await node.submit(request.raw);
  if (!outcome.ok) throw faultError(outcome.fault, metadata);
  if (request.wait === SubmitWait.PENDING || request.wait === SubmitWait.FINALIZED) {
    const isReached = request.wait === SubmitWait.PENDING ? isExecutable : isPlaced;
    const waitMs = request.timeoutMs || defaultWaitMs;
    if (!(await reached(node, hash, isReached, waitMs, signal))) {
      const text = `the transaction is submitted, and was not there after ${waitMs} ms`;
      throw callError("INTERNAL", text, { metadata, status: Code.DeadlineExceeded });
    }
  }
  return { txHash: digestToBytes(hash), ...whereIs(node, hash) };
}

function isPlaced(node: KairosBackend, hash: Digest): boolean {
  return node.location(hash) !== undefined;
}

function isExecutable(node: KairosBackend, hash: Digest): boolean {
  if (isPlaced(node, hash)) return true;
  const state = node.unfinal(hash)?.state;
  return state === "pending" || state === "inBlock";
}

function whereIs(node: KairosBackend, hash: Digest) {
  const location = node.location(hash);
  const block = location === undefined ? undefined : node.blockByHeight(location.height);
  if (location !== undefined && block !== undefined) {
    return { status: TransactionStatus.FINALIZED, info: placedInfo(block, location.index, true) };
  }
  const state = node.unfinal(hash)?.state;
  if (state === "inBlock") return { status: TransactionStatus.IN_BLOCK };
  return { status: state === "queued" ? TransactionStatus.QUEUED : TransactionStatus.PENDING };
}

/** @returns true when it became so before the time was over */
function reached(
  node: KairosBackend,
  hash: Digest,
  isReached: (node: KairosBackend, hash: Digest) => boolean,
  waitMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  if (isReached(node, hash)) return Promise.resolve(true);
  return new Promise((resolve) => {
    const end = (isThere: boolean) => {
      stopListening();
      stopTimer();
      signal.removeEventListener("abort", onAbort);
      resolve(isThere);
    };
    const onAbort = () => end(false);
    const stopListening = node.events.subscribe(({ what }) => {
      if ((what === "final" || what === "pooled") && isReached(node, hash)) end(true);
    });
    const stopTimer = node.after(waitMs, () => end(isReached(node, hash)));
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
