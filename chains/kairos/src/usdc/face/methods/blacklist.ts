import { blacklistSlot, faceSlot } from "../../faceSlots.ts";
import { defineRole } from "../defineRole.ts";
import { onlyBlacklister } from "../guards.ts";
import { define, type Method } from "../method.ts";
import { refusal } from "../refusal.ts";
import { blacklistedEvent, unBlacklistedEvent } from "../restrictionEvents.ts";
import { loadAddress, loadFlag, storeFlag } from "../slots.ts";

/** FiatTokenV2_2 has no text for this; it is that of its successor for chains with native USDC. */
const isOwner = refusal("NativeFiatTokenV2_2: cannot blacklist owner");

/** The blacklist (kairos U12) and who may change it. */
export const blacklistMethods: readonly Method[] = [
  ...defineRole({
    slot: faceSlot.blacklister,
    view: "blacklister",
    update: "updateBlacklister",
    event: "BlacklisterChanged",
    zeroReason: "Blacklistable: new blacklister is the zero address",
  }),
  define("isBlacklisted", ["address"], "bool", ({ frame }, [account]) => loadFlag(frame, blacklistSlot(account))),
  define("blacklist", ["address"], undefined, (call, [account]) => {
    const { frame } = call;
    const refused = onlyBlacklister(call);
    if (refused !== undefined) return refused;
    if (account === loadAddress(frame, faceSlot.owner)) return isOwner;
    storeFlag(frame, blacklistSlot(account), true);
    blacklistedEvent.emit(frame, [account], []);
    return undefined;
  }),
  define("unBlacklist", ["address"], undefined, (call, [account]) => {
    const refused = onlyBlacklister(call);
    if (refused !== undefined) return refused;
    storeFlag(call.frame, blacklistSlot(account), false);
    unBlacklistedEvent.emit(call.frame, [account], []);
    return undefined;
  }),
];
