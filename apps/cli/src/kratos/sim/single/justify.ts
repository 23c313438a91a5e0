import { type Digest, epoch, height } from "@polis/codec";
import { accounts, finality, RecordFinality, type SignedTransaction } from "@polis/kratos";
import type { SimBlock, SimChain } from "../world/simChain.ts";
import type { Person } from "../world/simCrypto.ts";

const LARGE_SET = 50;

/**
 * The transaction in which the author of the next block records that the tip is final, or the handoff block of the set in
 * force where that comes first, signed by a quorum of the set.
 * @param hashAt the hash of a block above the last recorded one
 * @returns undefined when the set is too small, or nothing is newer than what is recorded
 */
export function justifyTip(
  chain: SimChain,
  tip: SimBlock,
  author: Person,
  hashAt: (number: number) => Digest,
): SignedTransaction | undefined {
  const record = tip.entries.get(finality);
  const set = record.sets.find(({ handoff }) => handoff === undefined || handoff > record.number);
  const number = Math.min(tip.header.number, set?.handoff ?? tip.header.number);
  if (set === undefined || set.voters.length < 3 || number <= record.number) return undefined;
  const target = { number: height(number), hash: hashAt(number) };
  const unsigned = { type: "precommit", target, round: 1, set: epoch(set.id) } as const;
  const { chainIdentity } = chain.rules;
  const { length } = set.voters;
  // Everybody, but in a large set one is late: in turns, because one that often misses would be punished for it.
  const late = Number.parseInt(tip.hash.slice(0, 8), 16) % length;
  const isSpare = (i: number) => length >= LARGE_SET && i === late;
  const signers = set.voters.filter((_, i) => !isSpare(i));
  const precommits = signers.map((validator) => ({
    ...{ target, validator },
    signature: chain.crypto.votes.sign(chainIdentity, unsigned, chain.personOf(validator).secret),
  }));
  const justification = { block: target, round: 1, set: set.id, precommits, ancestry: [] };
  const { nonce } = tip.entries.get(accounts.of(author.account));
  const transaction = {
    ...{ sender: author.account, nonce, timestamp: 0 },
    call: RecordFinality.of({ justification }),
  };
  return chain.crypto.signTransaction(chainIdentity, transaction, author);
}
