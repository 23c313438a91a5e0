import type { NativeCall, NativeCallResult } from "@polis/evm";
import type { Calldata } from "./abi/calldata.ts";
import { type Arguments, type ArgumentType, decodeArguments } from "./abi/decodeArguments.ts";
import { encodeValues } from "./abi/encodeValues.ts";
import { selectorOf } from "./abi/selector.ts";
import type { AbiType, AbiValues } from "./abi/types.ts";
import type { FaceCall } from "./faceCall.ts";
import { bareRefusal, Refusal } from "./refusal.ts";

/** What a method ends with: its return data, or a revert. */
export type Answer = Uint8Array | Refusal;

/** A method that suspends its frame to call other code. */
export type Calling<T> = Generator<NativeCall, T, NativeCallResult>;

/** One method of the face, found by its selector. */
export interface Method {
  readonly signature: string;
  readonly selector: number;
  run(call: FaceCall, calldata: Calldata): Answer | Calling<Answer>;
}

const noOutput = new Uint8Array(0);

/**
 * A method that calls no other code.
 * @param output type of the return value; undefined for none, and then the body returns undefined
 * @param body returns the value or the reason why not; guards are chained in front of it with `??`
 */
export function define<const I extends readonly ArgumentType[], const O extends AbiType | undefined>(
  name: string,
  inputs: I,
  output: O,
  body: (call: FaceCall, args: Arguments<I>) => Refusal | (O extends AbiType ? AbiValues[O] : undefined),
): Method {
  const signature = `${name}(${inputs.join(",")})`;
  return {
    signature,
    selector: selectorOf(signature),
    run(call, calldata) {
      const args = decodeArguments(inputs, calldata);
      if (args === undefined) return bareRefusal;
      const value = body(call, args);
      if (value instanceof Refusal) return value;
      return output === undefined
        ? noOutput
        : encodeValues<readonly [AbiType]>([output], [value as AbiValues[AbiType]]);
    },
  };
}

/** A method that may call other code and returns nothing: the body ends with undefined, or the reason why not. */
export function defineCalling<const I extends readonly ArgumentType[]>(
  name: string,
  inputs: I,
  body: (call: FaceCall, args: Arguments<I>) => Calling<Refusal | undefined>,
): Method {
  const signature = `${name}(${inputs.join(",")})`;
  return {
    signature,
    selector: selectorOf(signature),
    *run(call, calldata) {
      const args = decodeArguments(inputs, calldata);
      return args === undefined ? bareRefusal : ((yield* body(call, args)) ?? noOutput);
    },
  };
}
