import type { Address } from "@polis/codec";
import type { ChainRules, SubstateReader, ValueRule } from "@polis/evm";
import { faceAddress, paymentsLogAddress, zeroAddress } from "../addresses.ts";
import type { KairosParams } from "../params.ts";
import { transferLog } from "../receipt/log.ts";
import { createPaymentsLog } from "./createPaymentsLog.ts";
import { createFace } from "./face/createFace.ts";
import { blacklistSlot, faceSlot } from "./faceSlots.ts";
import { nativePerUnit } from "./money.ts";

/**
 * What Kairos changes about Ethereum's execution (kairos 9, 10): USDC is the native asset, its face is a contract of
 * the host, every movement is logged once, and fees are credited by the ledger (F4).
 * @example const evm = createEvm(kairosRules(genesis.params));
 */
export function kairosRules(params: Pick<KairosParams, "hardfork" | "usdc" | "chainId">): ChainRules {
  return {
    fork: params.hardfork,
    onValue,
    mayDelegate: (state, authority) => !isBlacklisted(state, authority),
    natives: new Map([
      [faceAddress, createFace(params)],
      [paymentsLogAddress, createPaymentsLog()],
    ]),
    keepsDestroyedBalance: true,
    fees: "collect",
  };
}

/** Nothing moves to the zero address (U6), while paused (U13), or from or to a blacklisted account (U12). */
const onValue: ValueRule = (state, { from, to, amount }, log) => {
  if (to === zeroAddress) return false;
  if (state.storage(faceAddress, faceSlot.paused) !== 0n) return false;
  if (isBlacklisted(state, from) || isBlacklisted(state, to)) return false;
  // U7: floor, so that an amount below one unit logs 0.
  log(transferLog(from, to, amount / nativePerUnit));
  return true;
};

function isBlacklisted(state: SubstateReader, account: Address): boolean {
  return state.storage(faceAddress, blacklistSlot(account)) !== 0n;
}
