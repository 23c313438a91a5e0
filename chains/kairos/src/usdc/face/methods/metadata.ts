import { digestOf } from "@polis/codec";
import { faceSlot } from "../../faceSlots.ts";
import { nativePerUnit } from "../../money.ts";
import { define, type Method } from "../method.ts";

/** Digits behind the point of one USDC on the face (kairos U2). */
const decimals = 6;

/** What the token says of itself and of anybody's balance. Balances are those of the accounts (kairos U2, U3). */
export const metadataMethods: readonly Method[] = [
  define("name", [], "string", ({ names }) => names.name),
  define("symbol", [], "string", ({ names }) => names.symbol),
  define("currency", [], "string", ({ names }) => names.currency),
  define("version", [], "string", ({ names }) => names.version),
  define("decimals", [], "uint8", () => decimals),
  define("DOMAIN_SEPARATOR", [], "bytes32", ({ domainSeparator }) => digestOf(domainSeparator)),
  // U4. Only a simulated call with overridden storage can make it wrap.
  define("totalSupply", [], "uint256", ({ frame }) =>
    BigInt.asUintN(256, frame.sload(faceSlot.totalMinted) - frame.sload(faceSlot.totalBurned)),
  ),
  define("balanceOf", ["address"], "uint256", ({ frame }, [account]) => frame.readBalance(account) / nativePerUnit),
  define("nativeBalanceOf", ["address"], "uint256", ({ frame }, [account]) => frame.readBalance(account)),
  define("dustOf", ["address"], "uint256", ({ frame }, [account]) => frame.readBalance(account) % nativePerUnit),
];
