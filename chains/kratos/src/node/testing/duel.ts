import assert from "node:assert/strict";
import { epoch } from "@polis/codec";
import { type Justification, realVoteSignatures } from "@polis/finality";
import type { Block } from "../../block/block.ts";
import { type Header, signHeader, type UnsignedHeader } from "../../block/header.ts";
import type { TestChain } from "../../testing/testChain.ts";
import type { GossipMessage } from "../../wire/messages.ts";
import { NodeWorld } from "./nodeWorld.ts";
import type { WorldNode } from "./worldNode.ts";

/** The number of the node that is attacked. */
export const VICTIM = 4;

/** A node that follows, whom only strangers talk to; the test makes the blocks. */
export class Duel {
  readonly world = new NodeWorld({ seed: 2, validators: 4, followers: 1 });
  readonly chain: TestChain = this.world.chain;
  #strangers = 0;

  constructor() {
    this.world.start(VICTIM);
    this.world.run(6_000);
  }

  get victim(): WorldNode {
    return this.world.nodes[VICTIM]!;
  }

  /** A new stranger gossips. @returns the verdict, and what it cost him */
  gossip(message: GossipMessage | { readonly topic: GossipMessage["topic"]; readonly bytes: Uint8Array }) {
    const name = `stranger${this.#strangers++}`;
    this.world.connectStranger(name, VICTIM, () => undefined);
    const bytes = "bytes" in message ? message.bytes : this.world.wire.encodeGossip(message);
    const verdict = this.world.gossipAs(name, VICTIM, message.topic, bytes);
    const fault = this.victim.heard("fault").findLast(({ peer }) => peer === name);
    return { verdict, code: fault?.code, action: fault?.action, isBanned: this.victim.bannedUntil.has(name) };
  }

  /** Makes the next block, and lets a good peer bring it in its slot. */
  next(): Block {
    const { block } = this.chain.next();
    this.world.run(6_000);
    assert.equal(this.gossip({ topic: "blocks", block }).verdict, "accept");
    return block;
  }

  /** The block with other fields, signed by its author. */
  changed({ header, transactions }: Block, fields: Partial<UnsignedHeader>, chainIdentity = this.identity): Block {
    const unsigned = { ...header, ...fields };
    const { secret } = this.chain.people.find(({ account }) => account === unsigned.author)!;
    return { header: signHeader(chainIdentity, unsigned, secret), transactions };
  }

  get identity(): Uint8Array {
    return this.chain.rules.chainIdentity;
  }

  /** The precommits of voters for a block, as a proof. */
  justify(
    block: { readonly hash: Justification["block"]["hash"]; readonly header: Header },
    voters: readonly number[],
    chainIdentity = this.identity,
  ): Justification {
    const target = { number: block.header.number, hash: block.hash };
    const precommits = voters.map((who) => {
      const vote = { type: "precommit" as const, target, round: 1, set: epoch(0) };
      const { account, secret } = this.chain.people[who]!;
      return { target, validator: account, signature: realVoteSignatures.sign(chainIdentity, vote, secret) };
    });
    precommits.sort((a, b) => (a.validator < b.validator ? -1 : 1));
    return { block: target, round: 1, set: epoch(0), precommits, ancestry: [] };
  }
}
