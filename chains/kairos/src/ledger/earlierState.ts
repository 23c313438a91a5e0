import { type Address, type Digest, type Height, height } from "@polis/codec";
import { type Account, type EarlierValues, rewind, type StateOverlay, type StateReader } from "@polis/state";
import type { StateProofs } from "../calls/world.ts";
import type { ChainCore } from "./chainCore.ts";

/** Changes that a rewound state may have: beyond it a proof would take seconds. */
const maxRewound = 200_000;

/**
 * The state after a finalized height (kairos 6.4), read through the values that later blocks changed. It stays right while
 * the chain grows, as long as the height is kept.
 * @returns undefined when the height is not final or not kept
 */
export function stateAtHeight(core: ChainCore, at: Height): StateReader | undefined {
  const { history, states } = core;
  const latest = () => states.at(core.final.info.digest)!;
  const head = core.final.info.height;
  if (at === head) return latest();
  if (at > head || history.before(height(at + 1)) === undefined) return undefined;
  /** The first answer of the blocks behind `at`. */
  function find<T>(ask: (values: EarlierValues) => T | undefined): T | undefined {
    for (let next = at + 1; next <= core.final.info.height; next++) {
      const values = history.before(height(next));
      if (values === undefined) throw new Error(`the state after height ${at} is no longer kept`);
      const answer = ask(values);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }
  return {
    account(address) {
      const changed = find(({ accounts }) => (accounts.has(address) ? { account: accounts.get(address) } : undefined));
      return changed === undefined ? latest().account(address) : changed.account;
    },
    storage: (address, slot) =>
      find(({ storage }) => storage.get(address)?.get(slot)) ?? latest().storage(address, slot),
    code: (hash) => latest().code(hash),
  };
}

/**
 * Merkle proofs in the state after a finalized height: the final state with the old values set back, sealed again. Its root
 * is that height's state root. Valid until the next block is finalized.
 */
export function proofsAtHeight(core: ChainCore, at: Height): StateProofs | undefined {
  const overlay = forkAtHeight(core, at);
  if (overlay === undefined) return undefined;
  overlay.seal();
  return core.states.proofsIn(overlay);
}

/**
 * A writable state that begins as the one after a finalized height: the final state with the old values set back.
 * @returns undefined when the height is not final, not kept, or too much has changed since
 */
export function forkAtHeight(core: ChainCore, at: Height): StateOverlay | undefined {
  const { history, states } = core;
  if (at > core.final.info.height) return undefined;
  const accounts = new Map<Address, Account | undefined>();
  const storage = new Map<Address, Map<Digest, bigint>>();
  let size = 0;
  for (let next: number = core.final.info.height; next > at; next--) {
    const values = history.before(height(next));
    if (values === undefined) return undefined;
    for (const [address, account] of values.accounts) accounts.set(address, account);
    for (const [address, slots] of values.storage) {
      const target = storage.get(address) ?? new Map<Digest, bigint>();
      for (const [slot, value] of slots) target.set(slot, value);
      storage.set(address, target);
      size += slots.size;
    }
    if (size + accounts.size > maxRewound) return undefined;
  }
  const overlay = states.fork(core.final.info.digest);
  rewind(overlay, { accounts, storage });
  return overlay;
}
