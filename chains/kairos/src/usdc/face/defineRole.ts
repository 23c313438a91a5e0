import type { Address, Digest } from "@polis/codec";
import { zeroAddress } from "../../addresses.ts";
import { defineEvent } from "./event.ts";
import { onlyOwner } from "./guards.ts";
import { define, type Method } from "./method.ts";
import { refusal } from "./refusal.ts";
import { loadAddress, storeAddress } from "./slots.ts";

/** How a role that the owner gives is kept and named. */
export interface Role {
  readonly slot: Digest;
  /** Name of the view, of the method that gives the role and of the event that tells. */
  readonly view: string;
  readonly update: string;
  readonly event: string;
  /** The reason why the zero address cannot have it. */
  readonly zeroReason: string;
}

/** The view of a role and the owner's method that gives it (kairos U10). */
export function defineRole({ slot, view, update, event, zeroReason }: Role): readonly Method[] {
  const changed = defineEvent(event, ["address"], []);
  const isZero = refusal(zeroReason);
  return [
    define(view, [], "address", ({ frame }) => loadAddress(frame, slot)),
    define(update, ["address"], undefined, (call, [holder]: readonly [Address]) => {
      const refused = onlyOwner(call);
      if (refused !== undefined) return refused;
      if (holder === zeroAddress) return isZero;
      storeAddress(call.frame, slot, holder);
      changed.emit(call.frame, [holder], []);
      return undefined;
    }),
  ];
}
