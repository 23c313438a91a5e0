import { bytesToHex0x, digestOf, quantityOf } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { trieRootOfList } from "@polis/state";
import { headerJson } from "../api/blockJson.ts";
import { logJson } from "../api/logJson.ts";
import type { Json } from "../api/method.ts";
import { transactionJson } from "../api/transactionJson.ts";
import { encodeHeader, type Header } from "../block/header.ts";
import { addToBloom, bloomBytes } from "../receipt/bloom.ts";
import { encodeReceipt } from "../receipt/encodeReceipt.ts";
import { executionError } from "./executionError.ts";
import type { SimulatedHead } from "./simulateBlocks.ts";
import type { SimulatedCall } from "./simulateCalls.ts";

/** Gives a simulated block its roots, bloom and hash, and shows it with the results of its calls. */
export function sealSimulated(
  draft: Header,
  calls: readonly SimulatedCall[],
  full: boolean,
): { readonly head: SimulatedHead; readonly json: Json } {
  const logsBloom = new Uint8Array(bloomBytes);
  let cumulativeGasUsed = 0n;
  const receipts = calls.map(({ verified, execution }) => {
    const { status, logs, gasUsed } = execution;
    cumulativeGasUsed += gasUsed;
    const bloom = new Uint8Array(bloomBytes);
    addToBloom(logs, bloom, logsBloom);
    return encodeReceipt({ type: verified.transaction.type, status, cumulativeGasUsed, logsBloom: bloom, logs });
  });
  const header: Header = {
    ...draft,
    gasUsed: cumulativeGasUsed,
    logsBloom,
    transactionsRoot: trieRootOfList(calls.map(({ verified }) => verified.transaction.envelope)),
    receiptsRoot: trieRootOfList(receipts),
  };
  const bytes = encodeHeader(header);
  const head = { digest: digestOf(keccak256(bytes)), header };
  let logIndex = 0;
  const results = calls.map((call, index) => {
    const first = logIndex;
    logIndex += call.execution.logs.length;
    return callJson(call, head, index, first);
  });
  const size = bytes.length + calls.reduce((sum, { verified }) => sum + verified.transaction.envelope.length, 0);
  const json = {
    ...headerJson(head),
    totalDifficulty: "0x0",
    withdrawals: [],
    uncles: [],
    size: quantityOf(size),
    transactions: calls.map(({ verified }, index) =>
      full ? transactionJson(verified, { block: head, index }) : `0x${verified.transaction.hash}`,
    ),
    calls: results,
  };
  return { head, json };
}

function callJson({ verified, execution }: SimulatedCall, block: SimulatedHead, index: number, firstLog: number): Json {
  const { hash } = verified.transaction;
  const { gasUsed, status, output, logs } = execution;
  const common = {
    returnData: bytesToHex0x(output),
    logs: logs.map((log, i) => logJson(log, { block, hash, index }, firstLog + i)),
    gasUsed: quantityOf(gasUsed),
    status: quantityOf(status),
  };
  const error = executionError(execution);
  if (error === undefined) return common;
  const { message, data } = error;
  // -32015 is the code of eth_simulateV1 for what failed in the EVM without a revert.
  return {
    ...common,
    error: { code: error.code === 3 ? 3 : -32015, message, ...(data === undefined ? {} : { data }) },
  };
}
