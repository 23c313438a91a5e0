import { type Address, type Digest, digestOf } from "@polis/codec";
import { faceMapping, mappingSlot } from "../../faceSlots.ts";
import type { BytesArgument } from "../abi/calldata.ts";
import { approveUnits } from "../allowances.ts";
import type { FaceCall } from "../faceCall.ts";
import { whenNotPaused } from "../guards.ts";
import { type Calling, define, defineCalling, type Method } from "../method.ts";
import { type Refusal, refusal } from "../refusal.ts";
import { checkSignature } from "../signature/checkSignature.ts";
import { packSignature } from "../signature/packSignature.ts";
import { typedDataDigest, typeHash } from "../signature/typedData.ts";

const permitType = typeHash("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
const expired = refusal("FiatTokenV2: permit is expired");
const invalid = refusal("EIP2612: invalid signature");

/** EIP-2612, with signatures in both forms (kairos U9). */
export const permitMethods: readonly Method[] = [
  define("PERMIT_TYPEHASH", [], "bytes32", () => digestOf(permitType)),
  define("nonces", ["address"], "uint256", ({ frame }, [owner]) => frame.sload(nonceSlot(owner))),
  defineCalling(
    "permit",
    ["address", "address", "uint256", "uint256", "uint8", "bytes32", "bytes32"],
    (call, [owner, spender, units, deadline, v, r, s]) =>
      permit(call, { owner, spender, units, deadline, signature: packSignature(v, r, s) }),
  ),
  defineCalling(
    "permit",
    ["address", "address", "uint256", "uint256", "bytes"],
    (call, [owner, spender, units, deadline, signature]) =>
      permit(call, { owner, spender, units, deadline, signature }),
  ),
];

interface Permit {
  readonly owner: Address;
  readonly spender: Address;
  readonly units: bigint;
  /** Unix seconds; 2^256 - 1 for none. */
  readonly deadline: bigint;
  readonly signature: BytesArgument;
}

function* permit(call: FaceCall, given: Permit): Calling<Refusal | undefined> {
  const { frame } = call;
  const { owner, spender, units, deadline, signature } = given;
  const paused = whenNotPaused(call);
  if (paused !== undefined) return paused;
  if (deadline < BigInt(frame.timestampS)) return expired;
  const slot = nonceSlot(owner);
  const nonce = frame.sload(slot);
  // The nonce rises before a wallet is asked, so that the wallet's code sees this permit as used.
  frame.sstore(slot, nonce + 1n);
  const digest = typedDataDigest(
    call,
    permitType,
    ["address", "address", "uint256", "uint256", "uint256"],
    [owner, spender, units, nonce, deadline],
  );
  return (yield* checkSignature(call, owner, digest, signature, invalid)) ?? approveUnits(call, owner, spender, units);
}

function nonceSlot(owner: Address): Digest {
  return mappingSlot(owner, faceMapping.permitNonces);
}
