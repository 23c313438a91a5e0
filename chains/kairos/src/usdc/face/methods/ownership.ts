import { zeroAddress } from "../../../addresses.ts";
import { faceSlot } from "../../faceSlots.ts";
import { defineEvent } from "../event.ts";
import { notBlacklisted, onlyOwner } from "../guards.ts";
import { define, type Method } from "../method.ts";
import { refusal } from "../refusal.ts";
import { loadAddress, storeAddress } from "../slots.ts";

const ownershipTransferred = defineEvent("OwnershipTransferred", [], ["address", "address"]);
const isZero = refusal("Ownable: new owner is the zero address");

/** The owner, who gives all other roles (kairos U10) and is never blacklisted (U12). */
export const ownershipMethods: readonly Method[] = [
  define("owner", [], "address", ({ frame }) => loadAddress(frame, faceSlot.owner)),
  define("transferOwnership", ["address"], undefined, (call, [holder]) => {
    const { frame } = call;
    const refused = onlyOwner(call) ?? (holder === zeroAddress ? isZero : notBlacklisted(call, holder));
    if (refused !== undefined) return refused;
    // Only the owner gets here, so the caller is the old owner.
    ownershipTransferred.emit(frame, [], [frame.caller, holder]);
    storeAddress(frame, faceSlot.owner, holder);
    return undefined;
  }),
];
