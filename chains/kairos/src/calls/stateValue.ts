import { type Address, bytesToHex0x, type Digest, quantityOf } from "@polis/codec";
import type { StateReader } from "@polis/state";
import { type Answer, refusal, result } from "../api/method.ts";
import { emptyCodeHash } from "../transaction/checkSender.ts";
import type { CallWorld } from "./world.ts";

/** One value of an account: what `eth_getBalance` and its like ask for. */
export type StateValue =
  | { readonly value: "balance" | "nonce" | "code"; readonly address: Address }
  | { readonly value: "storage"; readonly address: Address; readonly slot: Digest };

/**
 * A value in a state of the past (kairos 6.4): it is looked for in what every later block changed, which can take seconds, so
 * it is a job.
 */
export interface StateJob {
  readonly kind: "state";
  readonly block: Digest;
  readonly wanted: StateValue;
}

/** Answers a `StateJob`. */
export function stateValue(world: CallWorld, { block, wanted }: StateJob): Answer {
  const state = world.state(block);
  if (state !== undefined) return result(valueIn(state, wanted));
  return refusal(-32001, `the state of block ${world.header(block)?.number ?? block} is not kept by this node`);
}

/** The value as JSON-RPC writes it: quantities, code as bytes, a slot as a word. */
export function valueIn(state: StateReader, wanted: StateValue): string {
  if (wanted.value === "storage") {
    return `0x${state.storage(wanted.address, wanted.slot).toString(16).padStart(64, "0")}`;
  }
  const account = state.account(wanted.address);
  if (wanted.value === "balance") return quantityOf(account?.balance ?? 0n);
  if (wanted.value === "nonce") return quantityOf(account?.nonce ?? 0n);
  const codeHash = account?.codeHash ?? emptyCodeHash;
  return codeHash === emptyCodeHash ? "0x" : bytesToHex0x(state.code(codeHash) ?? new Uint8Array(0));
}
