import type { Address, Digest } from "@polis/codec";
import { type Method, method, refusal, result } from "@polis/kairos";
import type { DevNode } from "../devNode.ts";
import { twice } from "./miningMethods.ts";

const address = { name: "address", type: "address" } as const;
/** Code that a test sets may be larger than what a deployment may leave. */
const maxCodeBytes = 1_048_576;

/** Changing accounts between blocks, and speaking for accounts whose keys nobody has. */
export function stateMethods({ chain, keyring }: DevNode): Readonly<Record<string, Method>> {
  const impersonate = method([address], (_, [account]) => {
    keyring.impersonate(account as Address);
    return result(true);
  });
  const stop = method([address], (_, [account]) => result(keyring.stopImpersonating(account as Address)));
  return {
    ...twice(
      "setBalance",
      method([address, { name: "balance", type: "number" }], async (_, [account, balance]) => {
        await chain.edit({ address: account as Address, balance });
        return result(true);
      }),
    ),
    ...twice(
      "setNonce",
      method([address, { name: "nonce", type: "number", maxBits: 64 }], async (_, [account, nonce]) => {
        if (nonce === (1n << 64n) - 1n) return refusal(-32602, "invalid parameter nonce: the largest is 2^64-2 (T4)");
        await chain.edit({ address: account as Address, nonce });
        return result(true);
      }),
    ),
    ...twice(
      "setCode",
      method([address, { name: "code", type: "data", maxBytes: maxCodeBytes }], async (_, [account, code]) => {
        await chain.edit({ address: account as Address, code });
        return result(true);
      }),
    ),
    ...twice(
      "setStorageAt",
      method(
        [address, { name: "slot", type: "number" }, { name: "value", type: "number" }],
        async (_, [account, slot, value]) => {
          const key = slot.toString(16).padStart(64, "0") as Digest;
          await chain.edit({ address: account as Address, storage: [[key, value]] });
          return result(true);
        },
      ),
    ),
    ...twice("impersonateAccount", impersonate),
    ...twice("stopImpersonatingAccount", stop),
    anvil_autoImpersonateAccount: method([{ name: "enabled", type: "boolean" }], (_, [enabled]) => {
      keyring.autoImpersonate = enabled;
      return result(null);
    }),
  };
}
