import type { Address, Digest } from "@polis/codec";
import { zeroAddress } from "../../addresses.ts";
import { faceMapping, nestedSlot } from "../faceSlots.ts";
import { defineEvent } from "./event.ts";
import type { FaceCall } from "./faceCall.ts";
import { type Refusal, refusal } from "./refusal.ts";

const approval = defineEvent("Approval", ["address", "address"], ["uint256"]);
const fromZero = refusal("ERC20: approve from the zero address");
const toZero = refusal("ERC20: approve to the zero address");

/** The slot of what `spender` may move of `owner`'s, 10^-6 USDC. */
export function allowanceSlot(owner: Address, spender: Address): Digest {
  return nestedSlot(owner, spender, faceMapping.allowance);
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
