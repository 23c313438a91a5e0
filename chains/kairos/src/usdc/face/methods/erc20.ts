import { allowanceSlot } from "../allowances.ts";
import { notBlacklisted, whenNotPaused } from "../guards.ts";
import { define, type Method } from "../method.ts";
import { moveUnits } from "../moveUnits.ts";
import { refusal } from "../refusal.ts";

const exceedsAllowance = refusal("ERC20: transfer amount exceeds allowance");

/** The two transfers of ERC-20. An allowance of 2^256 - 1 is used up like any other, as in FiatTokenV2_2. */
export const erc20Methods: readonly Method[] = [
  define(
    "transfer",
    ["address", "uint256"],
    "bool",
    (call, [to, units]) =>
      whenNotPaused(call) ??
      notBlacklisted(call, call.frame.caller) ??
      notBlacklisted(call, to) ??
      moveUnits(call, call.frame.caller, to, units) ??
      true,
  ),
  define("transferFrom", ["address", "address", "uint256"], "bool", (call, [from, to, units]) => {
    const { frame } = call;
    const refused =
      whenNotPaused(call) ??
      notBlacklisted(call, frame.caller) ??
      notBlacklisted(call, from) ??
      notBlacklisted(call, to);
    if (refused !== undefined) return refused;
    const slot = allowanceSlot(from, frame.caller);
    const allowed = frame.sload(slot);
    if (units > allowed) return exceedsAllowance;
    const stopped = moveUnits(call, from, to, units);
    if (stopped !== undefined) return stopped;
    frame.sstore(slot, allowed - units);
    return true;
  }),
];
