import type { Digest } from "@polis/codec";
import { digestOf, quantityOf } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import type { TransactionFault } from "../errors.ts";
import { decodeTransaction, verifyTransaction } from "../transaction/decodeTransaction.ts";
import type { KairosBackend } from "./backend.ts";
import { errorAnswer } from "./errorAnswer.ts";
import { finalPlace } from "./finalPlace.ts";
import { type Answer, type Json, refusal, result } from "./method.ts";
import { receiptJson } from "./receiptJson.ts";

/**
 * `eth_sendRawTransactionSync` (kairos J4, EIP-7966): submits, waits for finality and answers with the receipt. A timeout
 * is code 4 with the hash, so that the caller can go on looking; a transaction that cannot be executed now is code 5.
 * @param timeoutMs absent, zero or over the limit: the default
 * @param signal gives the wait up when the caller leaves (J7)
 */
export async function sendAndWait(
  node: KairosBackend,
  envelope: Uint8Array,
  timeoutMs: bigint | undefined,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const { syncMaxTimeoutMs, syncTimeoutMs } = node.limits;
  const usable = timeoutMs !== undefined && timeoutMs > 0n && timeoutMs <= BigInt(syncMaxTimeoutMs);
  const waitMs = usable ? Number(timeoutMs) : syncTimeoutMs;
  const hash = digestOf(keccak256(envelope));
  const known = finalPlace(node, hash);
  if (known !== undefined) return result(receiptJson(known));
  const outcome = await node.submit(envelope);
  // A transaction that is known already is waited for as well: a client that repeats itself wants the receipt.
  if (!outcome.ok && outcome.fault.code !== "ALREADY_KNOWN") return refused(node, envelope, outcome.fault);
  const unfinal = node.unfinal(hash);
  if (unfinal?.state === "queued") {
    const expected = node.nextNonce(unfinal.verified.sender);
    return refusal(5, "the transaction is not executable now: nonce gap", {
      hash: `0x${hash}`,
      expectedNonce: quantityOf(expected),
    });
  }
  const final = await whenFinal(node, hash, waitMs, signal);
  if (final) return result(receiptJson(finalPlace(node, hash)!));
  return refusal(4, `the transaction was not final after ${waitMs} ms`, `0x${hash}`);
}

/** Code 5 for what may become executable later, else the code of kairos 7.6. */
function refused(node: KairosBackend, envelope: Uint8Array, fault: TransactionFault): Answer {
  if (fault.code !== "NONCE_TOO_HIGH" && fault.code !== "INSUFFICIENT_BALANCE") return errorAnswer(fault);
  const data: Record<string, Json> = { hash: `0x${digestOf(keccak256(envelope))}` };
  const decoded = decodeTransaction(envelope, node.params);
  const verified = decoded.ok ? verifyTransaction(decoded.value) : undefined;
  if (fault.code === "NONCE_TOO_HIGH" && verified?.ok === true) {
    data.expectedNonce = quantityOf(node.nextNonce(verified.value.sender));
  }
  return refusal(5, fault.detail ?? "the transaction is not executable now", data);
}

/** @returns true when the transaction became final before the time was over */
function whenFinal(
  node: KairosBackend,
  hash: Digest,
  waitMs: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (node.location(hash) !== undefined) return Promise.resolve(true);
  return new Promise((resolve) => {
    const end = (final: boolean) => {
      stopListening();
      stopTimer();
      signal?.removeEventListener("abort", onAbort);
      resolve(final);
    };
    const onAbort = () => end(false);
    const stopListening = node.events.subscribe((event) => {
      if (event.what === "final" && node.location(hash) !== undefined) end(true);
    });
    const stopTimer = node.after(waitMs, () => end(node.location(hash) !== undefined));
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
