import type { Address, Digest } from "@polis/codec";
import { zeroAddress } from "../../../addresses.ts";
import { transferLog } from "../../../receipt/log.ts";
import { faceMapping, faceSlot, mappingSlot } from "../../faceSlots.ts";
import { nativePerUnit } from "../../money.ts";
import { defineRole } from "../defineRole.ts";
import { defineEvent } from "../event.ts";
import type { FaceCall } from "../faceCall.ts";
import { notBlacklisted, onlyMasterMinter, onlyMinters, whenNotPaused } from "../guards.ts";
import { define, type Method } from "../method.ts";
import { balanceTooLarge, maxBalance } from "../moveUnits.ts";
import { type Refusal, refusal } from "../refusal.ts";
import { loadFlag, storeFlag } from "../slots.ts";

const minted = defineEvent("Mint", ["address", "address"], ["uint256"]);
const burned = defineEvent("Burn", ["address"], ["uint256"]);
const minterConfigured = defineEvent("MinterConfigured", ["address"], ["uint256"]);
const minterRemoved = defineEvent("MinterRemoved", ["address"], []);

const mintToZero = refusal("FiatToken: mint to the zero address");
const mintNothing = refusal("FiatToken: mint amount not greater than 0");
const exceedsAllowance = refusal("FiatToken: mint amount exceeds minterAllowance");
const supplyTooLarge = refusal("SafeMath: addition overflow");
const burnNothing = refusal("FiatToken: burn amount not greater than 0");
const burnTooMuch = refusal("FiatToken: burn amount exceeds balance");

const two256 = 1n << 256n;

/** The only way in which USDC comes and goes (kairos U4, U10), and who may use it. */
export const mintingMethods: readonly Method[] = [
  ...defineRole({
    slot: faceSlot.masterMinter,
    view: "masterMinter",
    update: "updateMasterMinter",
    event: "MasterMinterChanged",
    zeroReason: "FiatToken: new masterMinter is the zero address",
  }),
  define("isMinter", ["address"], "bool", ({ frame }, [minter]) => loadFlag(frame, minterSlot(minter))),
  define("minterAllowance", ["address"], "uint256", ({ frame }, [minter]) => frame.sload(minterAllowanceSlot(minter))),
  define("configureMinter", ["address", "uint256"], "bool", (call, [minter, units]) => {
    const { frame } = call;
    const refused = whenNotPaused(call) ?? onlyMasterMinter(call);
    if (refused !== undefined) return refused;
    storeFlag(frame, minterSlot(minter), true);
    frame.sstore(minterAllowanceSlot(minter), units);
    minterConfigured.emit(frame, [minter], [units]);
    return true;
  }),
  define("removeMinter", ["address"], "bool", (call, [minter]) => {
    const { frame } = call;
    const refused = onlyMasterMinter(call);
    if (refused !== undefined) return refused;
    storeFlag(frame, minterSlot(minter), false);
    frame.sstore(minterAllowanceSlot(minter), 0n);
    minterRemoved.emit(frame, [minter], []);
    return true;
  }),
  define("mint", ["address", "uint256"], "bool", (call, [to, units]) => mint(call, to, units) ?? true),
  define("burn", ["uint256"], undefined, (call, [units]) => burn(call, units)),
];

function mint(call: FaceCall, to: Address, units: bigint): Refusal | undefined {
  const { frame } = call;
  const { caller } = frame;
  const refused = whenNotPaused(call) ?? onlyMinters(call) ?? notBlacklisted(call, caller) ?? notBlacklisted(call, to);
  if (refused !== undefined) return refused;
  if (to === zeroAddress) return mintToZero;
  if (units === 0n) return mintNothing;
  const allowed = frame.sload(minterAllowanceSlot(caller));
  if (units > allowed) return exceedsAllowance;
  const total = frame.sload(faceSlot.totalMinted) + units;
  const supply = total - frame.sload(faceSlot.totalBurned);
  // All balances together must fit a native balance, so that no sum of balances ever overflows.
  if (total >= two256 || supply * nativePerUnit >= two256) return supplyTooLarge;
  const amount = units * nativePerUnit;
  if (frame.readBalance(to) + amount > maxBalance) return balanceTooLarge;
  frame.sstore(faceSlot.totalMinted, total);
  frame.addBalance(to, amount);
  frame.sstore(minterAllowanceSlot(caller), allowed - units);
  minted.emit(frame, [caller, to], [units]);
  logMovement(call, zeroAddress, to, units);
  return undefined;
}

function burn(call: FaceCall, units: bigint): Refusal | undefined {
  const { frame } = call;
  const { caller } = frame;
  const refused = whenNotPaused(call) ?? onlyMinters(call) ?? notBlacklisted(call, caller);
  if (refused !== undefined) return refused;
  const amount = units * nativePerUnit;
  const balance = frame.readBalance(caller);
  if (units === 0n) return burnNothing;
  if (amount > balance) return burnTooMuch;
  frame.sstore(faceSlot.totalBurned, frame.sload(faceSlot.totalBurned) + units);
  frame.addBalance(caller, -amount);
  burned.emit(frame, [caller], [units]);
  logMovement(call, caller, zeroAddress, units);
  return undefined;
}

function logMovement({ frame }: FaceCall, from: Address, to: Address, units: bigint): void {
  const { topics, data } = transferLog(from, to, units);
  frame.log(topics, data);
}

function minterSlot(minter: Address): Digest {
  return mappingSlot(minter, faceMapping.isMinter);
}

function minterAllowanceSlot(minter: Address): Digest {
  return mappingSlot(minter, faceMapping.minterAllowance);
}
