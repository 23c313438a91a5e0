import type { Address, Digest } from "@polis/codec";
import type { ValidatorList } from "./checkpoint.ts";
import type { BlockId, FinalityProof, InclusionProof, StateProof } from "./types.ts";

/** Where a light client gets proofs: an untrusted node. It may answer anything; nothing is believed without proof. */
export interface ProofSource {
  /** Proof that a block is final (kairos L2); undefined when the node has none. */
  finality(block: BlockId): Promise<FinalityProof | undefined>;
  /** Proofs of an account and of slots of its storage in the state after a final block. */
  state(address: Address, slots: readonly Digest[], block: Digest): Promise<StateProof>;
  /** Proof of a transaction's place, or of its receipt's; undefined when the node has none. */
  inclusion(hash: Digest, what: "transaction" | "receipt"): Promise<InclusionProof | undefined>;
  /** The validator list of an epoch, to be compared with a checkpoint. */
  validators(epoch: number): Promise<ValidatorList>;
}
