import { bytesToHex0x, quantityOf } from "@polis/codec";

import { type Answer, refusal, result } from "../api/method.ts";
import { emptyTrieRoot } from "../block/header.ts";
import { emptyCodeHash } from "../transaction/checkSender.ts";
import type { CallJob } from "./job.ts";
import type { CallWorld } from "./world.ts";

/** `eth_getProof` (EIP-1186): an account and slots with the trie nodes that prove them, or their absence. */
export function proof(world: CallWorld, { block, address, slots }: CallJob & { readonly kind: "proof" }): Answer {
  const proofs = world.proofs(block);
  if (proofs === undefined) {
    const number = world.header(block)?.number;
    return refusal(
      -32001,
      number === undefined ? "block not found" : `the state of block ${number} is not kept by this node`,
    );
  }
  const { account, proof: accountProof } = proofs.account(address);
  return result({
    address: `0x${address}`,
    balance: quantityOf(account?.balance ?? 0n),
    nonce: quantityOf(account?.nonce ?? 0n),
    codeHash: `0x${account?.codeHash ?? emptyCodeHash}`,
    storageHash: `0x${account?.storageRoot ?? emptyTrieRoot}`,
    accountProof: accountProof.map(bytesToHex0x),
    storageProof: slots.map(({ slot, key }) => {
      const one = proofs.storage(address, slot);
      return { key, value: quantityOf(one.value), proof: one.proof.map(bytesToHex0x) };
    }),
  });
}
