import { type Digest, digestOf } from "@polis/codec";
import { blake3 } from "@polis/crypto";
import { proveSparse } from "@polis/state";
import type { ChainNode } from "../chain/chainNode.ts";
import { MAX_HISTORY_LINES } from "../chain/chainReader.ts";
import { ancestorAt } from "../chain/paths.ts";
import type { AccountId } from "../identifiers.ts";
import { type Account, accounts } from "../modules/accounts/account.ts";
import type { Item } from "../state/item.ts";
import { State } from "../state/state.ts";
import type { KratosBackend } from "./backend.ts";
import { noBlock } from "./chainMethods.ts";
import { toJson } from "./json.ts";
import { type Answer, type Method, method, optional, result } from "./method.ts";
import { accountJson, headerJson, hex, historyJson } from "./objects.ts";
import { counter, entryKey, hash32 } from "./params.ts";

/** Lines of a history in one answer (kratos-core 13.3). */
const [USUAL_HISTORY, MAX_HISTORY] = [50, 200];

/** The state at the head, for one answer. */
export function stateOf({ reader }: KratosBackend): State {
  return new State(reader.tree.head.entries);
}

/** The namespace `state` (kratos-core 13.3). */
export const stateMethods: Readonly<Record<string, Method>> = {
  state_getAccount: method([hash32("account")], (node, [id]) => result(accountJson(id, accountOf(node, id)))),
  state_getBalance: method([hash32("account")], (node, [id]) => result(accountOf(node, id).free.toString())),
  state_getNonce: method([hash32("account")], (node, [id]) => result(accountOf(node, id).nonce)),
  state_getTransactionHistory: method(
    [hash32("account"), optional(counter("limit", MAX_HISTORY)), optional(counter("offset", MAX_HISTORY_LINES))],
    (node, [account, limit = USUAL_HISTORY, offset = 0]) => {
      const { reader } = node;
      const { places, total } = reader.history(account, offset, limit);
      const transactions = reader
        .lines(places)
        .map(({ block, index, receipt }) => historyJson(node, account, block, index, receipt));
      const range = { fromBlock: 0, toBlock: reader.tree.head.header.number };
      return result({ address: hex(account), transactions, count: transactions.length, total, ...range });
    },
  ),
  state_getProof: method([entryKey, optional(counter("number"))], (node, [key, number]) =>
    answerProof(node, key, number),
  ),
};

function accountOf(node: KratosBackend, id: AccountId): Account {
  return stateOf(node).get(accounts.of(id));
}

/** Proof of an entry at the head, or at one of the blocks down to the last final one: older states are not kept. */
function answerProof({ reader }: KratosBackend, key: Uint8Array, number: number | undefined): Answer {
  const { head, load } = reader.tree;
  const node: ChainNode | undefined = number === undefined ? head : ancestorAt(head, number);
  if (node === undefined) return noBlock();
  const { siblings, terminal } = proveSparse(node.tree, digestOf(blake3(key)), load);
  return result({
    value: toJson(node.entries.entry(rawItem(key))),
    proof: { siblings: siblings.map(hex), terminal: terminal === undefined ? null : terminalJson(terminal) },
    header: headerJson(node.header, node.transactions.length),
  });
}

function terminalJson({ key, value }: { readonly key: Digest; readonly value: Digest }) {
  return { k: hex(key), v: hex(value) };
}

/** An entry by its raw key: families are named by their prefix and the hex of what follows it. */
function rawItem(key: Uint8Array): Item<unknown> {
  const colon = key.indexOf(58);
  const text = String.fromCharCode(...key.subarray(0, colon + 1));
  const name = colon < 0 ? String.fromCharCode(...key) : text + key.subarray(colon + 1).toHex();
  const codec = {
    write: () => undefined,
    read: () => {
      throw new Error("a raw entry is not decoded");
    },
  };
  return { name, key, codec: codec as Item<unknown>["codec"], maxBytes: 0, missing: undefined };
}
