import { type Address, bytesToHex0x, type Digest, quantityOf } from "@polis/codec";
import type { StateReader } from "@polis/state";
import { emptyCodeHash } from "../transaction/checkSender.ts";
import type { ApiBlock, KairosBackend } from "./backend.ts";
import { locate } from "./locate.ts";
import { type Answer, type Json, type Method, method, refusal, result } from "./method.ts";
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
  eth_getBalance: method([addressParam, optionalBlock], (node, [account, ref]) =>
    read(node, ref, (state) => quantityOf(state.account(account as Address)?.balance ?? 0n)),
  ),
  eth_getTransactionCount: method([addressParam, optionalBlock], (node, [account, ref]) => {
    // Nonces under `pending` include the pool (kairos 16.1).
    if (ref?.kind === "tag" && ref.tag === "pending") return result(quantityOf(node.nextNonce(account as Address)));
    return read(node, ref, (state) => quantityOf(state.account(account as Address)?.nonce ?? 0n));
  }),
  eth_getCode: method([addressParam, optionalBlock], (node, [account, ref]) =>
    read(node, ref, (state) => {
      const codeHash = state.account(account as Address)?.codeHash ?? emptyCodeHash;
      return codeHash === emptyCodeHash ? "0x" : bytesToHex0x(state.code(codeHash) ?? new Uint8Array(0));
    }),
  ),
  eth_getStorageAt: method([addressParam, slot, optionalBlock], (node, [account, key, ref]) =>
    read(node, ref, (state) => word(state.storage(account as Address, slotOf(key)))),
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

function read(node: KairosBackend, ref: BlockRef | undefined, pick: (state: StateReader) => Json): Answer {
  const found = locate(node, ref);
  if (!found.ok) return found;
  const state = node.state(found.block.digest);
  return state === undefined ? stateGone(found.block) : result(pick(state));
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

function word(value: bigint): string {
  return `0x${value.toString(16).padStart(64, "0")}`;
}
