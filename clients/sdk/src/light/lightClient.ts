import type { Address, Digest } from "@polis/codec";
import { blacklistSlot, blockTimeMs, faceAddress, faceMapping, nestedSlot } from "@polis/kairos";
import { LightClientError } from "../errors/lightClientError.ts";
import { parseAddress, parseHash } from "../text/address.ts";
import type { Hex } from "../text/hex.ts";
import { anchorFromGenesis, type GenesisOptions, type TrustAnchor } from "./anchor.ts";
import { anchorFromCheckpoint, type Checkpoint, readCheckpoint } from "./checkpoint.ts";
import type { ProofSource } from "./proofSource.ts";
import type {
  BlockId,
  FinalBlock,
  FinalityProof,
  ProvenPayment,
  ProvenReceipt,
  ProvenTransaction,
  VerifiedAccount,
  VerifiedBalance,
} from "./types.ts";
import { createFinalityVerifier, type FinalityVerifier } from "./verifyFinality.ts";
import { verifyInclusion, verifyReceipt } from "./verifyInclusion.ts";
import { verifyAccount, verifySlot } from "./verifyState.ts";

/** How far a light client trusts. */
export interface LightClientOptions {
  /** Refuses a latest block that is older, in milliseconds: a node cannot show an old state as the present one. */
  readonly maxAgeMs?: number;
  /** A block that is known to be final. */
  readonly checkpoint?: Pick<Checkpoint, "height" | "hash">;
}

/**
 * Reads Kairos from a node that nobody has to trust (kairos 14): every answer is proven by the validators' signatures, or
 * it is an error. What it cannot see is silence: a node may hide the newest blocks, for which there is `maxAgeMs`.
 * @example
 * const wallet = LightClient.fromGenesis(genesisText, source, { maxAgeMs: 60_000 });
 * (await wallet.balance(alice.address)).usdc6; // => 1_000_000_000n
 */
export class LightClient {
  readonly anchor: TrustAnchor;
  readonly #source: ProofSource;
  readonly #options: LightClientOptions;
  readonly #check: FinalityVerifier;
  #highest = 0;

  /** @param anchor what is trusted; see `fromGenesis` and `fromCheckpoint` */
  constructor(anchor: TrustAnchor, source: ProofSource, options: LightClientOptions = {}) {
    this.anchor = anchor;
    this.#source = source;
    this.#options = options;
    this.#check = createFinalityVerifier(anchor);
  }

  /** Starts from the genesis document. Throws a GenesisError when it is none. */
  static fromGenesis(
    document: unknown,
    source: ProofSource,
    options: LightClientOptions & GenesisOptions = {},
  ): LightClient {
    return new LightClient(anchorFromGenesis(document, options), source, options);
  }

  /**
   * Starts from a trusted checkpoint (kairos L5); the keys come from the node and must have the checkpoint's hash.
   * @example
   * const checkpoint = checkpointOf(light.anchor, await light.latest());
   * const later = await LightClient.fromCheckpoint(checkpoint, source);
   * (await later.balance(alice.address)).blacklisted; // => false
   */
  static async fromCheckpoint(
    checkpoint: Checkpoint,
    source: ProofSource,
    options: LightClientOptions = {},
  ): Promise<LightClient> {
    const anchor = anchorFromCheckpoint(checkpoint, await source.validators(readCheckpoint(checkpoint).epoch));
    return new LightClient(anchor, source, { ...options, checkpoint });
  }

  /**
   * Checks a proof without asking anybody (kairos L3).
   * @returns the block that it proves final
   * @throws LightClientError naming the step
   */
  verify(proof: FinalityProof): FinalBlock {
    const block = this.#check(proof);
    const known = this.#options.checkpoint;
    if (known !== undefined && known.height === block.height && known.hash !== block.hash) {
      throw new LightClientError("anchor", `block ${block.height} is not the one of the checkpoint`);
    }
    return block;
  }

  /** The last final block that the node shows. Never older than one shown before this call, nor than `maxAgeMs`. */
  async latest(): Promise<FinalBlock> {
    // Answers to questions that were asked together may come in any order: an honest node is not blamed for it.
    const lowest = Math.max(this.#highest, this.#options.checkpoint?.height ?? 0);
    const block = await this.#prove("latest");
    if (block.height < lowest) {
      throw new LightClientError("stale", `the node shows block ${block.height} as the last one after ${lowest}`);
    }
    const ageMs = Date.now() - blockTimeMs(block.header);
    if (ageMs > (this.#options.maxAgeMs ?? Number.POSITIVE_INFINITY)) {
      throw new LightClientError("stale", `the node's last block is ${Math.floor(ageMs / 1000)} s old`);
    }
    this.#highest = Math.max(this.#highest, block.height);
    return block;
  }

  /** A final block by height or hash. */
  async block(id: number | Hex): Promise<FinalBlock> {
    const wanted = typeof id === "number" ? id : (`0x${parseHash(id)}` as Hex);
    const block = await this.#prove(wanted);
    if (block.height !== wanted && block.hash !== wanted) {
      throw new LightClientError("block", `the node proved block ${block.height} instead of ${wanted}`);
    }
    return block;
  }

  /** An account in the state after a final block, the latest by default. */
  async account(address: string, at?: FinalBlock): Promise<VerifiedAccount> {
    return (await this.#state(parseAddress(address), [], at)).account;
  }

  /** One word of a contract's storage; 0 when nothing is stored. @param slot 32 bytes */
  async storage(address: string, slot: string, at?: FinalBlock): Promise<bigint> {
    return (await this.#state(parseAddress(address), [parseHash(slot)], at)).values[0]!;
  }

  /** The USDC balance of an account and whether it is blacklisted (kairos U11, U12), both at one block. */
  async balance(address: string, at?: FinalBlock): Promise<VerifiedBalance> {
    const account = parseAddress(address);
    const block = at ?? (await this.latest());
    const [own, face] = await Promise.all([
      this.#state(account, [], block),
      this.#state(faceAddress, [blacklistSlot(account)], block),
    ]);
    const { usdc6, balance, nonce } = own.account;
    return { block, usdc6, native: balance, nonce, blacklisted: face.values[0] !== 0n };
  }

  /** How much of the owner's USDC the spender may move (kairos U11), in 10^-6 USDC. */
  async allowance(owner: string, spender: string, at?: FinalBlock): Promise<bigint> {
    const slot = nestedSlot(parseAddress(owner), parseAddress(spender), faceMapping.allowance);
    return (await this.#state(faceAddress, [slot], at)).values[0]!;
  }

  /** A transaction with the proof that it is final (kairos L4); its signature is checked as well. */
  async transaction(hash: string): Promise<ProvenTransaction> {
    const wanted = parseHash(hash);
    const proof = await this.#source.inclusion(wanted, "transaction");
    if (proof === undefined) throw new LightClientError("missing", `no proof of transaction 0x${wanted}`);
    return verifyInclusion(this.verify(proof.finality), wanted, this.anchor.chainId, proof);
  }

  /** The proven outcome of a transaction. */
  async receipt(hash: string): Promise<ProvenReceipt> {
    const place = await this.transaction(hash);
    const proof = await this.#source.inclusion(parseHash(hash), "receipt");
    if (proof === undefined) throw new LightClientError("missing", `no proof of the receipt of ${place.hash}`);
    return verifyReceipt(place, proof);
  }

  /**
   * A payment that is proven to have happened: final, and its money moved.
   * @example
   * const { transaction } = await light.payment(paid);
   * transaction.payments[0].amount; // => 2_500_000n
   * @throws LightClientError `receipt` when it failed, and `transaction` when it is none
   */
  async payment(hash: string): Promise<ProvenPayment> {
    const receipt = await this.receipt(hash);
    const { transaction } = receipt;
    if (!("payments" in transaction)) throw new LightClientError("transaction", "it is not a payment");
    if (receipt.status === "failed") throw new LightClientError("receipt", "the payment failed: no money moved");
    return { ...receipt, transaction };
  }

  async #prove(id: BlockId): Promise<FinalBlock> {
    const proof = await this.#source.finality(id);
    if (proof === undefined) throw new LightClientError("missing", `no proof that block ${id} is final`);
    return this.verify(proof);
  }

  async #state(address: Address, slots: readonly Digest[], at: FinalBlock | undefined) {
    const block = at ?? (await this.latest());
    const proof = await this.#source.state(address, slots, block.hash.slice(2) as Digest);
    const account = verifyAccount(block, address, proof.accountProof);
    if (proof.storageProofs.length !== slots.length) throw new LightClientError("storage", "a slot is missing");
    return { account, values: slots.map((slot, i) => verifySlot(account, slot, proof.storageProofs[i]!)) };
  }
}
