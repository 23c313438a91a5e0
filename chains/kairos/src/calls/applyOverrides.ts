import { usdc18 } from "@polis/codec";
import type { AccountOverride } from "./overrides.ts";
import type { ScratchState } from "./scratchState.ts";

/**
 * Writes what a caller pretends of accounts into a scratch state. Amounts need not be conserved: nothing of a simulated
 * call becomes part of the chain.
 */
export function applyOverrides(state: ScratchState, overrides: readonly AccountOverride[]): void {
  for (const { address, balance, nonce, code, state: whole, stateDiff } of overrides) {
    const account = state.account(address);
    if (balance !== undefined || nonce !== undefined) {
      state.setAccount(address, nonce ?? account?.nonce ?? 0n, usdc18(balance ?? account?.balance ?? 0n));
    }
    if (code !== undefined) state.setCode(address, code);
    if (whole !== undefined) state.clearStorage(address);
    for (const [slot, value] of whole ?? stateDiff ?? []) state.setStorage(address, slot, value);
  }
}
