import { addressToBytes, type Digest, digestOf, digestToBytes, encodeRlp, type Usdc18 } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { createStateTree, emptyRoot, type StateTree } from "@polis/state";
import type { Evm } from "../seam/evm.ts";
import type { EvmLog } from "../seam/rules.ts";
import type { Tracer } from "../seam/tracer.ts";
import { emptyStore } from "./emptyStore.ts";
import { blockOf } from "./stateTestBlock.ts";
import { addressIn, bytesOf, digestIn, type JsonStateTest, numberOf, type StateTestCase } from "./stateTestFile.ts";
import { mostBlobFee, transactionOf } from "./stateTestTransaction.ts";

const NOTHING = "0".repeat(64) as Digest;
const PRE = "1".repeat(64) as Digest;

/**
 * Runs one case and compares state root, logs and whether the transaction was refused.
 * @param evm an engine with Ethereum's rules of the case's fork
 * @returns undefined when everything agrees, otherwise what differs
 */
export function runStateTest(evm: Evm, testCase: StateTestCase, tracer?: Tracer): string | undefined {
  const { test, expected } = testCase;
  const overlay = preState(test).fork(PRE);
  const env = blockOf(testCase);
  const transaction = transactionOf(testCase, env);
  let refused: string | undefined;
  let logs: readonly EvmLog[] = [];
  if (typeof transaction === "string") refused = transaction;
  else {
    const most = transaction.gasLimit * transaction.maxFeePerGas + transaction.value + mostBlobFee(testCase);
    if ((overlay.account(transaction.from)?.balance ?? 0n) < most) refused = "insufficientFunds";
    const result = evm.execute(overlay, env, transaction, undefined, tracer);
    if (!result.ok) refused = result.invalid.why;
    else if (refused === undefined) {
      logs = result.value.logs;
      evm.commit(overlay);
    }
  }
  const wasRefused = refused !== undefined;
  if (wasRefused !== (expected.expectException !== undefined)) {
    return wasRefused ? `refused: ${refused}` : `accepted, expected ${expected.expectException}`;
  }
  const root = overlay.seal();
  if (root !== digestIn(expected.hash)) return `state root 0x${root}, expected ${expected.hash}`;
  const logsHash = hashLogs(logs);
  return logsHash === digestIn(expected.logs) ? undefined : `logs 0x${logsHash}, expected ${expected.logs}`;
}

const preStates = new WeakMap<JsonStateTest, StateTree>();

/** The state before a test, made once for all its cases. */
function preState(test: JsonStateTest): StateTree {
  const known = preStates.get(test);
  if (known !== undefined) return known;
  const tree = createStateTree({ store: emptyStore, finalized: NOTHING, root: emptyRoot });
  const overlay = tree.fork(NOTHING);
  for (const [text, { nonce, balance, code, storage }] of Object.entries(test.pre)) {
    const address = addressIn(text);
    overlay.setAccount(address, numberOf(nonce), numberOf(balance) as Usdc18);
    if (code !== "0x" && code !== "") overlay.setCode(address, bytesOf(code));
    for (const [slot, value] of Object.entries(storage))
      if (numberOf(value) !== 0n) overlay.setStorage(address, digestIn(slot), numberOf(value));
  }
  overlay.seal();
  tree.adopt(PRE, overlay);
  preStates.set(test, tree);
  return tree;
}

/** Keccak-256 of the RLP list of logs. */
export function hashLogs(logs: readonly EvmLog[]): Digest {
  const items = logs.map(({ address, topics, data }) => [addressToBytes(address), topics.map(digestToBytes), data]);
  return digestOf(keccak256(encodeRlp(items)));
}
