import type { Address, Digest } from "@polis/codec";
import { RecentCache } from "@polis/state";
import { zeroAddress } from "../../addresses.ts";
import { faceMapping, nestedSlot } from "../faceSlots.ts";
import { defineEvent } from "./event.ts";
import type { FaceCall } from "./faceCall.ts";
import { type Refusal, refusal } from "./refusal.ts";

const approval = defineEvent("Approval", ["address", "address"], ["uint256"]);
const fromZero = refusal("ERC20: approve from the zero address");
const toZero = refusal("ERC20: approve to the zero address");

const slots = new RecentCache<string, Digest>(16_384);

/**
 * The slot of what `spender` may move of `owner`'s, 10^-6 USDC. Remembered, because two hashes cost more time than a call
 * that asks again pays gas for.
 */
export function allowanceSlot(owner: Address, spender: Address): Digest {
  const key = owner + spender;
  const known = slots.get(key);
  if (known !== undefined) return known;
  const slot = nestedSlot(owner, spender, faceMapping.allowance);
  slots.set(key, slot);
  return slot;
}

/** Sets an allowance and logs it. The blacklist is not asked, as in FiatTokenV2_2: it stops the transfer. */
export function approveUnits(
  { frame }: FaceCall,
  owner: Address,
  spender: Address,
  units: bigint,
): Refusal | undefined {
  if (owner === zeroAddress) return fromZero;
  if (spender === zeroAddress) return toZero;
  frame.sstore(allowanceSlot(owner, spender), units);
  approval.emit(frame, [owner, spender], [units]);
  return undefined;
}
