import { type Address, type Digest, digestOf } from "@polis/codec";
import { faceMapping, nestedSlot } from "../../faceSlots.ts";
import type { BytesArgument } from "../abi/calldata.ts";
import { defineEvent } from "../event.ts";
import type { FaceCall } from "../faceCall.ts";
import { notBlacklisted, whenNotPaused } from "../guards.ts";
import { type Calling, define, defineCalling, type Method } from "../method.ts";
import { moveUnits } from "../moveUnits.ts";
import { type Refusal, refusal } from "../refusal.ts";
import { checkSignature } from "../signature/checkSignature.ts";
import { packSignature } from "../signature/packSignature.ts";
import { typedDataDigest, typeHash } from "../signature/typedData.ts";
import { loadFlag, storeFlag } from "../slots.ts";

const transferFields = "address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce";
const transferType = typeHash(`TransferWithAuthorization(${transferFields})`);
const receiveType = typeHash(`ReceiveWithAuthorization(${transferFields})`);
const cancelType = typeHash("CancelAuthorization(address authorizer,bytes32 nonce)");

const authorizationUsed = defineEvent("AuthorizationUsed", ["address", "bytes32"], []);
const authorizationCanceled = defineEvent("AuthorizationCanceled", ["address", "bytes32"], []);

const notPayee = refusal("FiatTokenV2: caller must be the payee");
const notYetValid = refusal("FiatTokenV2: authorization is not yet valid");
const expired = refusal("FiatTokenV2: authorization is expired");
const used = refusal("FiatTokenV2: authorization is used or canceled");
const invalid = refusal("FiatTokenV2: invalid signature");

const moveTypes = ["address", "address", "uint256", "uint256", "uint256", "bytes32"] as const;

/** ERC-3009, with signatures in both forms (kairos U9). */
export const authorizationMethods: readonly Method[] = [
  define("TRANSFER_WITH_AUTHORIZATION_TYPEHASH", [], "bytes32", () => digestOf(transferType)),
  define("RECEIVE_WITH_AUTHORIZATION_TYPEHASH", [], "bytes32", () => digestOf(receiveType)),
  define("CANCEL_AUTHORIZATION_TYPEHASH", [], "bytes32", () => digestOf(cancelType)),
  define("authorizationState", ["address", "bytes32"], "bool", ({ frame }, [authorizer, nonce]) =>
    loadFlag(frame, stateSlot(authorizer, nonce)),
  ),
  ...moving("transferWithAuthorization", transferType, false),
  ...moving("receiveWithAuthorization", receiveType, true),
  defineCalling("cancelAuthorization", ["address", "bytes32", "uint8", "bytes32", "bytes32"], (call, args) => {
    const [authorizer, nonce, v, r, s] = args;
    return cancel(call, authorizer, nonce, packSignature(v, r, s));
  }),
  defineCalling("cancelAuthorization", ["address", "bytes32", "bytes"], (call, [authorizer, nonce, signature]) =>
    cancel(call, authorizer, nonce, signature),
  ),
];

interface Authorization {
  readonly from: Address;
  readonly to: Address;
  readonly units: bigint;
  /** Unix seconds, both exclusive. */
  readonly validAfter: bigint;
  readonly validBefore: bigint;
  readonly nonce: Digest;
}

/** What the two moving methods differ in. */
interface Kind {
  readonly type: Uint8Array;
  /** Only the payee may call, so that nobody else can use the authorization outside the payee's own logic. */
  readonly byPayee: boolean;
}

function moving(name: string, type: Uint8Array, byPayee: boolean): readonly Method[] {
  const kind: Kind = { type, byPayee };
  return [
    defineCalling(name, [...moveTypes, "uint8", "bytes32", "bytes32"], (call, args) => {
      const [from, to, units, validAfter, validBefore, nonce, v, r, s] = args;
      return move(call, kind, { from, to, units, validAfter, validBefore, nonce }, packSignature(v, r, s));
    }),
    defineCalling(name, [...moveTypes, "bytes"], (call, args) => {
      const [from, to, units, validAfter, validBefore, nonce, signature] = args;
      return move(call, kind, { from, to, units, validAfter, validBefore, nonce }, signature);
    }),
  ];
}

function* move(
  call: FaceCall,
  { type, byPayee }: Kind,
  given: Authorization,
  signature: BytesArgument,
): Calling<Refusal | undefined> {
  const { frame } = call;
  const { from, to, units, validAfter, validBefore, nonce } = given;
  const refused = whenNotPaused(call) ?? notBlacklisted(call, from) ?? notBlacklisted(call, to);
  if (refused !== undefined) return refused;
  if (byPayee && to !== frame.caller) return notPayee;
  const now = BigInt(frame.timestampS);
  if (now <= validAfter) return notYetValid;
  if (now >= validBefore) return expired;
  const slot = stateSlot(from, nonce);
  if (loadFlag(frame, slot)) return used;
  const digest = typedDataDigest(call, type, moveTypes, [from, to, units, validAfter, validBefore, nonce]);
  const wrong = yield* checkSignature(call, from, digest, signature, invalid);
  if (wrong !== undefined) return wrong;
  storeFlag(frame, slot, true);
  authorizationUsed.emit(frame, [from, nonce], []);
  return moveUnits(call, from, to, units);
}

function* cancel(
  call: FaceCall,
  authorizer: Address,
  nonce: Digest,
  signature: BytesArgument,
): Calling<Refusal | undefined> {
  const { frame } = call;
  const paused = whenNotPaused(call);
  if (paused !== undefined) return paused;
  const slot = stateSlot(authorizer, nonce);
  if (loadFlag(frame, slot)) return used;
  const digest = typedDataDigest(call, cancelType, ["address", "bytes32"], [authorizer, nonce]);
  const wrong = yield* checkSignature(call, authorizer, digest, signature, invalid);
  if (wrong !== undefined) return wrong;
  storeFlag(frame, slot, true);
  authorizationCanceled.emit(frame, [authorizer, nonce], []);
  return undefined;
}

function stateSlot(authorizer: Address, nonce: Digest): Digest {
  return nestedSlot(authorizer, nonce, faceMapping.authorizationState);
}
