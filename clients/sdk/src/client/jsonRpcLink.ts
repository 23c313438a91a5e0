import { KairosError } from "../errors/kairosError.ts";
import { jsonRpcProofs } from "../light/jsonRpcProofs.ts";
import { createJsonRpc, type Json } from "../rpc/jsonRpc.ts";
import { hexOf } from "../text/hex.ts";
import { followHeads } from "./followHeads.ts";
import { readBlock, readFinal, readHistory, readStatus, readTransaction } from "./jsonRpcShapes.ts";
import type { NodeLink } from "./nodeLink.ts";
import { asBigInt, asList, asRecord, asText } from "./readJson.ts";

/** Most milliseconds that a node holds a call (kairos J4); longer waits take several calls. */
const maxHoldMs = 10_000;

const quantity = (value: number) => `0x${value.toString(16)}`;

/** A node over JSON-RPC: HTTP for calls, a WebSocket at the same address for what follows the tip. */
export function createJsonRpcLink(url: string): NodeLink {
  const rpc = createJsonRpc(url);
  const link: NodeLink = {
    proofs: jsonRpcProofs(rpc),
    chainId: async (options) => asBigInt(await rpc.call("eth_chainId", [], options)),
    async account(address, options) {
      const proof = await rpc.call("eth_getProof", [address, [], "latest"], options);
      return readAccountOf(address, proof);
    },
    nextNonce: async (address, options) =>
      asBigInt(await rpc.call("eth_getTransactionCount", [address, "pending"], options)),
    async block(id, full, options) {
      const byHash = typeof id === "string" && id !== "latest";
      const method = byHash ? "eth_getBlockByHash" : "eth_getBlockByNumber";
      const answer = await rpc.call(method, [typeof id === "number" ? quantity(id) : id, full], options);
      return answer === null ? undefined : readBlock(answer, full);
    },
    async finalTransaction(hash, options) {
      const receipt = await rpc.call("eth_getTransactionReceipt", [hash], options);
      if (receipt === null) return undefined;
      const transaction = await rpc.call("eth_getTransactionByHash", [hash], options);
      if (transaction === null) throw new KairosError("OTHER", `a receipt of ${hash} and no transaction`);
      const read = readFinal(readTransaction(transaction), receipt, 0);
      const block = await link.block(read.blockHash, false, options);
      return { ...read, timestampMs: block?.timestampMs ?? 0 };
    },
    status: async (hash, options) => readStatus(await rpc.call("kairos_getTransactionStatus", [hash], options)),
    async history(address, query, options) {
      const given = Object.entries(query).filter(([, value]) => value !== undefined);
      const page = readHistory(
        await rpc.call("kairos_getAddressTransactions", [address, Object.fromEntries(given)], options),
      );
      const entries = await Promise.all(
        page.entries.map(async ({ role, hash }) => {
          const transaction = await link.finalTransaction(hash, options);
          if (transaction === undefined) throw new KairosError("NOT_FOUND", `${hash} is listed and not there`);
          return { role, transaction };
        }),
      );
      return { entries, next: page.next };
    },
    async outcomes(block, wanted, options) {
      const receipts = asList(await rpc.call("eth_getBlockReceipts", [block.hash], options));
      return wanted.map((transaction) => {
        const index = block.transactions?.indexOf(transaction) ?? -1;
        return readFinal(transaction, receipts[index] ?? null, block.timestampMs);
      });
    },
    async submit(raw, options) {
      await rpc.call("eth_sendRawTransaction", [hexOf(raw)], options);
    },
    async submitAndHold(raw, { signal, leftMs }) {
      for (;;) {
        const holdMs = Math.min(leftMs(), maxHoldMs);
        const options = { signal, timeoutMs: holdMs + 5_000 };
        const answer = await rpc.call("eth_sendRawTransactionSync", [hexOf(raw), holdMs], options).catch(timedOut);
        if (answer !== undefined) return;
        if (leftMs() <= 1) throw new KairosError("TIMEOUT", "not final in time");
      }
    },
    follow: (from, full, signal) => followHeads(url, link, from, full, signal),
  };
  return link;
}

function timedOut(error: unknown): undefined {
  if (error instanceof KairosError && error.codeName === "TIMEOUT") return undefined;
  throw error;
}

function readAccountOf(address: `0x${string}`, proof: Json) {
  const fields = asRecord(proof);
  const [balance, nonce] = [asBigInt(fields.balance), asBigInt(fields.nonce)];
  const exists = balance > 0n || nonce > 0n || asText(fields.codeHash) !== emptyCode;
  return { address, exists, balance, usdc6: balance / 10n ** 12n, nonce };
}

const emptyCode = "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470";
