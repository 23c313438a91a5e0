import { asciiBytes, concatBytes, digestOf } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { faceAddress } from "../../../addresses.ts";
import type { KairosParams } from "../../../params.ts";
import { encodeValues } from "../abi/encodeValues.ts";
import type { AbiTuple, AbiType } from "../abi/types.ts";
import type { FaceCall } from "../faceCall.ts";

const text = new TextEncoder();
const domainType = typeHash("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
const prefix = Uint8Array.of(0x19, 0x01);

/** keccak of a struct's type string (EIP-712). */
export function typeHash(type: string): Uint8Array {
  return keccak256(asciiBytes(type));
}

/** The face's EIP-712 domain separator (kairos U9), 32 bytes. */
export function domainSeparator(names: KairosParams["usdc"], chainId: bigint): Uint8Array {
  const [name, version] = [names.name, names.version].map((field) => digestOf(keccak256(text.encode(field))));
  return structHash(domainType, ["bytes32", "bytes32", "uint256", "address"], [name!, version!, chainId, faceAddress]);
}

/**
 * The digest that is signed for a struct in the face's domain (EIP-712), 32 bytes.
 * @param type hash of the struct's type string
 */
export function typedDataDigest<const T extends readonly AbiType[]>(
  { domainSeparator }: FaceCall,
  type: Uint8Array,
  types: T,
  values: AbiTuple<T>,
): Uint8Array {
  return keccak256(concatBytes(prefix, domainSeparator, structHash(type, types, values)));
}

/** All fields of the face's structs are words, so that ABI encoding and EIP-712 encoding agree. */
function structHash<const T extends readonly AbiType[]>(type: Uint8Array, types: T, values: AbiTuple<T>): Uint8Array {
  return keccak256(encodeValues(types, values, type));
}
