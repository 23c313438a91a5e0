import { type Address, type Digest, quantityOf } from "@polis/codec";
import { type StateValue, valueIn } from "../calls/stateValue.ts";
import type { ApiBlock, KairosBackend } from "./backend.ts";
import { isLongPast } from "./isLongPast.ts";
import { locate } from "./locate.ts";
import { type Answer, type CallInfo, type Method, method, refusal, result } from "./method.ts";
import type { BlockRef } from "./paramSpec.ts";
import { addressParam, optionalBlock } from "./specs.ts";

/** Slots in one `eth_getProof`. */
const maxProofSlots = 1_024;

const slotForms = [
  { name: "slot", type: "hash" },
  { name: "slot", type: "number", maxBits: 256 },
] as const;
const slot = {
  name: "slot",
  type: "union",
  of: slotForms,
  form: "a storage slot: 32 bytes of 0x-prefixed hex or a quantity",
} as const;
const slots = { name: "storageKeys", type: "list", of: slot, max: maxProofSlots } as const;

/** Accounts, code and storage (kairos 16.2), at any block whose state is kept (6.4). */
export const stateMethods: Readonly<Record<string, Method>> = {
  eth_getBalance: method([addressParam, optionalBlock], (node, [account, ref], call) =>
    read(node, ref, { value: "balance", address: account as Address }, call),
  ),
  eth_getTransactionCount: method([addressParam, optionalBlock], (node, [account, ref], call) => {
    // Nonces under `pending` include the pool (kairos 16.1).
    if (ref?.kind === "tag" && ref.tag === "pending") return result(quantityOf(node.nextNonce(account as Address)));
    return read(node, ref, { value: "nonce", address: account as Address }, call);
  }),
  eth_getCode: method([addressParam, optionalBlock], (node, [account, ref], call) =>
    read(node, ref, { value: "code", address: account as Address }, call),
  ),
  eth_getStorageAt: method([addressParam, slot, optionalBlock], (node, [account, key, ref], call) =>
    read(node, ref, { value: "storage", address: account as Address, slot: slotOf(key) }, call),
  ),
  eth_getProof: method(
    [addressParam, slots, optionalBlock],
    (node, [account, keys, ref], call) => {
      const found = locate(node, ref);
      if (!found.ok) return found;
      const wanted = keys.map((key) => ({ slot: slotOf(key), key: keyText(key) }));
      return node.run(
        { kind: "proof", block: found.block.digest, address: account as Address, slots: wanted },
        call?.signal,
      );
    },
    8,
  ),
};

/** States of now and of the last heights answer at once; those long past are searched by a job. */
function read(
  node: KairosBackend,
  ref: BlockRef | undefined,
  wanted: StateValue,
  call: CallInfo | undefined,
): Answer | Promise<Answer> {
  const found = locate(node, ref);
  if (!found.ok) return found;
  const { digest, header } = found.block;
  if (isLongPast(node, header.number)) return node.run({ kind: "state", block: digest, wanted }, call?.signal);
  const state = node.state(digest);
  return state === undefined ? stateGone(found.block) : result(valueIn(state, wanted));
}

/** The answer for a state that is older than what this node keeps. */
function stateGone({ header }: Pick<ApiBlock, "header">): Answer {
  return refusal(-32001, `the state of block ${header.number} is not kept by this node`);
}

function slotOf(key: string | bigint): Digest {
  return (typeof key === "string" ? key : key.toString(16).padStart(64, "0")) as Digest;
}

function keyText(key: string | bigint): string {
  return typeof key === "string" ? `0x${key}` : quantityOf(key);
}
