import { readU256 } from "@polis/codec";
import { faceSlot } from "../../faceSlots.ts";
import { encodeValues } from "../abi/encodeValues.ts";
import { defineRole } from "../defineRole.ts";
import { onlyRescuer } from "../guards.ts";
import { defineCalling, type Method } from "../method.ts";
import { bareRefusal, Refusal, refusal } from "../refusal.ts";
import { touchForCall } from "../touchForCall.ts";

/** Selector of `transfer(address,uint256)`. */
const transfer = Uint8Array.of(0xa9, 0x05, 0x9c, 0xbb);

const noContract = refusal("Address: call to non-contract");
const failed = refusal("SafeERC20: low-level call failed");
const refusedByToken = refusal("SafeERC20: ERC20 operation did not succeed");

/** The way out for foreign ERC-20 tokens that were sent to the face, and who may take it. */
export const rescueMethods: readonly Method[] = [
  ...defineRole({
    slot: faceSlot.rescuer,
    view: "rescuer",
    update: "updateRescuer",
    event: "RescuerChanged",
    zeroReason: "Rescuable: new rescuer is the zero address",
  }),
  defineCalling("rescueERC20", ["address", "address", "uint256"], function* (call, [token, to, units]) {
    const { frame } = call;
    const refused = onlyRescuer(call);
    if (refused !== undefined) return refused;
    // It writes nothing itself, so that nothing but this makes it fail inside a static call (kairos U14).
    if (frame.isStatic) return bareRefusal;
    frame.touchAccount(token);
    if (frame.code(token).length === 0) return noContract;
    touchForCall(frame, token);
    const input = encodeValues(["address", "uint256"], [to, units], transfer);
    const { success, output } = yield { to: token, input, isStatic: false };
    if (!success) return output.length === 0 ? failed : new Refusal(output);
    // Tokens that return nothing are taken at their word; a truth value must be one.
    if (output.length === 0) return undefined;
    if (output.length < 32) return bareRefusal;
    const answer = readU256(output, 0);
    if (answer > 1n) return bareRefusal;
    return answer === 1n ? undefined : refusedByToken;
  }),
];
