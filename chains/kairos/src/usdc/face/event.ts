import { asciiBytes, type Digest, digestOf } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import type { NativeFrame } from "@polis/evm";
import { encodeValues } from "./abi/encodeValues.ts";
import type { AbiTuple, AbiType } from "./abi/types.ts";

/** Types of topics: a word each. */
type TopicType = Extract<AbiType, "address" | "bytes32">;

/** One event of the face. */
export interface FaceEvent<I extends readonly TopicType[], D extends readonly AbiType[]> {
  /** Topic 0. */
  readonly topic: Digest;
  /** Logs it. */
  emit(frame: NativeFrame, indexed: AbiTuple<I>, data: AbiTuple<D>): void;
}

/**
 * Describes an event.
 * @param indexed types of the indexed parameters, which stand before the others in every event of the face
 * @example const burned = defineEvent("Burn", ["address"], ["uint256"]); burned.emit(frame, [burner], [amount]);
 */
export function defineEvent<const I extends readonly TopicType[], const D extends readonly AbiType[]>(
  name: string,
  indexed: I,
  data: D,
): FaceEvent<I, D> {
  const topic = digestOf(keccak256(asciiBytes(`${name}(${[...indexed, ...data].join(",")})`)));
  return {
    topic,
    emit(frame, topics, values) {
      const words = topics.map((value) => value.padStart(64, "0") as Digest);
      frame.log([topic, ...words], encodeValues(data, values));
    },
  };
}
