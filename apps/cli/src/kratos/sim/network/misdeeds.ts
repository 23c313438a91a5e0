import { type Digest, epoch, krat12, slot } from "@polis/codec";
import type { FinalityMessage } from "@polis/finality";
import { type Block, type Evidence, KRAT, SubmitEvidence, Transfer } from "@polis/kratos";
import type { SimBlock } from "../world/simChain.ts";
import { refOf } from "./forest.ts";
import type { NetworkWorld } from "./networkWorld.ts";
import type { SimNode } from "./simNode.ts";

/** Slots before a boundary, in which a last revealer weighs whether to show its randomness. */
const LAST_SLOTS = 3;

/** What the attackers do, and what honest nodes do about it. */
export class Misdeeds {
  readonly #world: NetworkWorld;
  readonly #accused = new Set<string>();

  constructor(world: NetworkWorld) {
    this.#world = world;
  }

  /** A withholder leaves a slot at the end of an epoch empty when it leads more of the next one without its own part. */
  withholds(node: SimNode, s: number): boolean {
    const { slotsPerEpoch } = this.#world.chain.rules.params;
    if (node.role !== "withholder" || s % slotsPerEpoch < slotsPerEpoch - LAST_SLOTS) return false;
    const { chain, judge } = this.#world;
    const done = chain.produce(node.chain.head, slot(s), node.person, []);
    if (typeof done === "string") return false;
    const first = s - (s % slotsPerEpoch) + slotsPerEpoch;
    const led = (tip: SimBlock) => {
      let count = 0;
      for (let at = first; at < first + slotsPerEpoch; at++) {
        if (chain.duty(tip, slot(at)).leader === node.person.account) count++;
      }
      return count;
    };
    const withholds = led(node.chain.head) > led(chain.attach(node.chain.head, done));
    judge.sometimes.count(withholds ? "a withheld block" : "a revealed block at the end of an epoch");
    return withholds;
  }

  /** A second block of the same slot, with another body, for the other half of the network. */
  twin(node: SimNode, head: SimBlock, s: number): Block | undefined {
    if (node.role !== "doubleProducer") return undefined;
    const { chain, judge } = this.#world;
    const rich = chain.people.length - 2;
    const { account } = chain.people[rich]!;
    const nonce = node.pool.nextNonce(head, account);
    const call = Transfer.of({ to: node.person.account, amount: krat12(KRAT) });
    const transaction = { sender: account, nonce, call, timestamp: s };
    const signed = chain.crypto.signTransaction(chain.rules.chainIdentity, transaction, chain.people[rich]!);
    const done = chain.produce(head, slot(s), node.person, [signed]);
    if (typeof done === "string") return undefined;
    judge.sometimes.count("a second block of a slot");
    const { header, transactions } = done.block;
    if (s % 2 === 1) return done.block;
    // A signed header over a state that no other node finds.
    return {
      header: chain.crypto.signHeader(chain.rules.chainIdentity, { ...header, stateRoot: head.hash }, node.person),
      transactions,
    };
  }

  /** A twin votes for the parent too, and tells that to half of the network. */
  contradict(node: SimNode, message: FinalityMessage): void {
    const { chain, judge, nodes } = this.#world;
    if (node.role !== "twin" || message.kind !== "vote") return;
    const block = node.chain.get(message.vote.target.hash);
    if (block?.parent === undefined) return;
    const { type, round, set } = message.vote;
    const unsigned = { type, target: refOf(block.parent), round, set: epoch(set) };
    const signature = chain.crypto.votes.sign(chain.rules.chainIdentity, unsigned, node.person.secret);
    const vote = { ...unsigned, voter: node.person.account, signature };
    judge.sometimes.count("a second vote of a round");
    for (const to of nodes)
      if (to.index % 2 === 1 && to !== node) this.#world.message(node, to, { kind: "vote", vote });
  }

  /** An honest node hands in evidence, once for each offence. */
  accuse(node: SimNode, evidence: Evidence): void {
    const { first } = evidence;
    const offender: Digest = "voter" in first ? first.voter : first.author;
    const key = "voter" in first ? `${offender} ${first.set} ${first.round}` : `${offender} ${first.slot}`;
    if (node.role !== "honest" || this.#accused.has(key) || this.#accused.size > 64) return;
    this.#accused.add(key);
    this.#world.submit(node, this.#world.chain.people.length - 3, SubmitEvidence.of({ evidence }));
  }
}
