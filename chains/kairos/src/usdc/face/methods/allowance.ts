import { allowanceSlot, approveUnits } from "../allowances.ts";
import { whenNotPaused } from "../guards.ts";
import { define, type Method } from "../method.ts";
import { refusal } from "../refusal.ts";

const overflow = refusal("SafeMath: addition overflow");
const belowZero = refusal("ERC20: decreased allowance below zero");

/** Allowances of ERC-20 and their safer changes. */
export const allowanceMethods: readonly Method[] = [
  define("allowance", ["address", "address"], "uint256", ({ frame }, [owner, spender]) =>
    frame.sload(allowanceSlot(owner, spender)),
  ),
  define(
    "approve",
    ["address", "uint256"],
    "bool",
    (call, [spender, units]) => whenNotPaused(call) ?? approveUnits(call, call.frame.caller, spender, units) ?? true,
  ),
  define("increaseAllowance", ["address", "uint256"], "bool", (call, [spender, increment]) => {
    const paused = whenNotPaused(call);
    if (paused !== undefined) return paused;
    const { caller } = call.frame;
    const units = call.frame.sload(allowanceSlot(caller, spender)) + increment;
    if (units >= 1n << 256n) return overflow;
    return approveUnits(call, caller, spender, units) ?? true;
  }),
  define("decreaseAllowance", ["address", "uint256"], "bool", (call, [spender, decrement]) => {
    const paused = whenNotPaused(call);
    if (paused !== undefined) return paused;
    const { caller } = call.frame;
    const units = call.frame.sload(allowanceSlot(caller, spender)) - decrement;
    if (units < 0n) return belowZero;
    return approveUnits(call, caller, spender, units) ?? true;
  }),
];
