import { faceSlot } from "../../faceSlots.ts";
import { defineRole } from "../defineRole.ts";
import { onlyPauser } from "../guards.ts";
import { define, type Method } from "../method.ts";
import { pauseEvent, unpauseEvent } from "../restrictionEvents.ts";
import { loadFlag, storeFlag } from "../slots.ts";

/** The pause, which stops every movement but fees (kairos U13), and who may set it. */
export const pauseMethods: readonly Method[] = [
  ...defineRole({
    slot: faceSlot.pauser,
    view: "pauser",
    update: "updatePauser",
    event: "PauserChanged",
    zeroReason: "Pausable: new pauser is the zero address",
  }),
  define("paused", [], "bool", ({ frame }) => loadFlag(frame, faceSlot.paused)),
  setting("pause", true),
  setting("unpause", false),
];

function setting(name: string, paused: boolean): Method {
  const event = paused ? pauseEvent : unpauseEvent;
  return define(name, [], undefined, (call) => {
    const refused = onlyPauser(call);
    if (refused !== undefined) return refused;
    storeFlag(call.frame, faceSlot.paused, paused);
    event.emit(call.frame, [], []);
    return undefined;
  });
}
