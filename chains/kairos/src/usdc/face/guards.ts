import type { Address, Digest } from "@polis/codec";
import { zeroAddress } from "../../addresses.ts";
import { blacklistSlot, faceMapping, faceSlot, mappingSlot } from "../faceSlots.ts";
import type { FaceCall } from "./faceCall.ts";
import { type Refusal, refusal } from "./refusal.ts";
import { loadAddress, loadFlag } from "./slots.ts";

const paused = refusal("Pausable: paused");
const blacklisted = refusal("Blacklistable: account is blacklisted");
const notMinter = refusal("FiatToken: caller is not a minter");

/** Refuses while the token is paused (kairos U13). */
export function whenNotPaused({ frame }: FaceCall): Refusal | undefined {
  return loadFlag(frame, faceSlot.paused) ? paused : undefined;
}

/** Refuses when the account is blacklisted (kairos U12). */
export function notBlacklisted({ frame }: FaceCall, account: Address): Refusal | undefined {
  return loadFlag(frame, blacklistSlot(account)) ? blacklisted : undefined;
}

/** Refuses callers that may not mint and burn. */
export function onlyMinters({ frame }: FaceCall): Refusal | undefined {
  return loadFlag(frame, mappingSlot(frame.caller, faceMapping.isMinter)) ? undefined : notMinter;
}

/** Refuses all callers but the owner (kairos U10). */
export const onlyOwner = onlyRole(faceSlot.owner, "Ownable: caller is not the owner");
/** Refuses all callers but the master minter. */
export const onlyMasterMinter = onlyRole(faceSlot.masterMinter, "FiatToken: caller is not the masterMinter");
/** Refuses all callers but the pauser. */
export const onlyPauser = onlyRole(faceSlot.pauser, "Pausable: caller is not the pauser");
/** Refuses all callers but the blacklister. */
export const onlyBlacklister = onlyRole(faceSlot.blacklister, "Blacklistable: caller is not the blacklister");
/** Refuses all callers but the rescuer. */
export const onlyRescuer = onlyRole(faceSlot.rescuer, "Rescuable: caller is not the rescuer");

/** A role that genesis left out is the zero address, which a simulated call can have as its caller: it is no holder. */
function onlyRole(slot: Digest, reason: string): (call: FaceCall) => Refusal | undefined {
  const refused = refusal(reason);
  return ({ frame }) => {
    const holder = loadAddress(frame, slot);
    return holder !== zeroAddress && frame.caller === holder ? undefined : refused;
  };
}
