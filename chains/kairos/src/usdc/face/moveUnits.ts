import type { Address } from "@polis/codec";
import { zeroAddress } from "../../addresses.ts";
import { transferLog } from "../../receipt/log.ts";
import { nativePerUnit } from "../money.ts";
import type { FaceCall } from "./faceCall.ts";
import { type Refusal, refusal } from "./refusal.ts";

const fromZero = refusal("ERC20: transfer from the zero address");
const toZero = refusal("ERC20: transfer to the zero address");
const exceedsBalance = refusal("ERC20: transfer amount exceeds balance");

/** The refusal of a balance that FiatTokenV2_2 could not hold: its top bit is the blacklist's. */
export const balanceTooLarge: Refusal = refusal("FiatTokenV2_2: Balance exceeds (2^255 - 1)");

/** Largest balance that a method may make, 10^-18 USDC. */
export const maxBalance = (1n << 255n) - 1n;

/**
 * Moves USDC between two accounts and logs it once, also when nothing moves (kairos U7). Dust stays (U3).
 * @param units 10^-6 USDC
 */
export function moveUnits({ frame }: FaceCall, from: Address, to: Address, units: bigint): Refusal | undefined {
  if (from === zeroAddress) return fromZero;
  if (to === zeroAddress) return toZero;
  const amount = units * nativePerUnit;
  if (amount > frame.readBalance(from)) return exceedsBalance;
  const balance = frame.readBalance(to);
  // A movement to oneself writes no balance: taking all of it first would let the account vanish in between.
  if (units > 0n && from !== to) {
    if (balance + amount > maxBalance) return balanceTooLarge;
    frame.addBalance(from, -amount);
    frame.addBalance(to, amount);
  }
  const { topics, data } = transferLog(from, to, units);
  frame.log(topics, data);
  return undefined;
}
