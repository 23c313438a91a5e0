import { blockHash } from "../../block/header.ts";
import type { Signatures } from "../../block/signatures.ts";

/** Real signatures, each checked once for all nodes of a world. Whatever is signed is part of the key. */
export function cachedSignatures(real: Signatures): Signatures {
  const known = new Map<string, unknown>();
  const once = <T>(key: string, compute: () => T): T => {
    if (!known.has(key)) known.set(key, compute());
    return known.get(key) as T;
  };
  return {
    header: (chain, header) =>
      once(`h ${chain.toHex()} ${blockHash(header)} ${header.signature.toHex()}`, () => real.header(chain, header)),
    // The signature covers the whole transaction, which is long: it is checked each time.
    transaction: (chain, signed) => real.transaction(chain, signed),
    vote: (chain, vote, voter) =>
      once(
        `v ${chain.toHex()} ${voter} ${vote.type} ${vote.target.number} ${vote.target.hash} ${vote.round} ${vote.set} ${vote.signature.toHex()}`,
        () => real.vote(chain, vote, voter),
      ),
    vrf: (key, input, proof) =>
      once(`r ${key.toHex()} ${input.toHex()} ${proof.toHex()}`, () => real.vrf(key, input, proof)),
  };
}
