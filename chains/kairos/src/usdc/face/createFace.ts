import { readU32 } from "@polis/codec";
import type { NativeContract } from "@polis/evm";
import type { KairosParams } from "../../params.ts";
import { calldataOf, readHead } from "./abi/calldata.ts";
import type { FaceCall } from "./faceCall.ts";
import type { Method } from "./method.ts";
import { allowanceMethods } from "./methods/allowance.ts";
import { authorizationMethods } from "./methods/authorization.ts";
import { blacklistMethods } from "./methods/blacklist.ts";
import { erc20Methods } from "./methods/erc20.ts";
import { metadataMethods } from "./methods/metadata.ts";
import { mintingMethods } from "./methods/minting.ts";
import { ownershipMethods } from "./methods/ownership.ts";
import { pauseMethods } from "./methods/pause.ts";
import { permitMethods } from "./methods/permit.ts";
import { rescueMethods } from "./methods/rescue.ts";
import { bareRefusal, Refusal } from "./refusal.ts";
import { domainSeparator } from "./signature/typedData.ts";

/** Every method of the face (kairos U8 and the views of U3). */
export const faceMethods: readonly Method[] = [
  ...metadataMethods,
  ...erc20Methods,
  ...allowanceMethods,
  ...permitMethods,
  ...authorizationMethods,
  ...ownershipMethods,
  ...mintingMethods,
  ...pauseMethods,
  ...blacklistMethods,
  ...rescueMethods,
];

const bySelector: ReadonlyMap<number, Method> = new Map(faceMethods.map((method) => [method.selector, method]));

/** Price of finding the method (kairos U14). */
export const dispatchGas = 200;

/**
 * The ERC-20 face of USDC (kairos 9.3): FiatTokenV2_2 to its callers, with the native balances of the accounts as its
 * balances. It refuses value, as all its methods are non-payable.
 */
export function createFace({ usdc, chainId }: Pick<KairosParams, "usdc" | "chainId">): NativeContract {
  const separator = domainSeparator(usdc, chainId);
  return {
    *run(frame) {
      frame.charge(dispatchGas);
      const head = readHead(frame);
      const method = head.length < 4 ? undefined : bySelector.get(readU32(head, 0));
      if (method === undefined || frame.value !== 0n) return { success: false, output: bareRefusal.output };
      const call: FaceCall = { frame, names: usdc, domainSeparator: separator };
      const begun = method.run(call, calldataOf(frame, head));
      const answer = begun instanceof Uint8Array || begun instanceof Refusal ? begun : yield* begun;
      if (answer instanceof Refusal) return { success: false, output: answer.output };
      return { success: true, output: answer };
    },
  };
}
