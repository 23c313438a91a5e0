import type { Digest } from "@polis/codec";

/** Why a node did not join, for its operator. */
export interface JoinFailure {
  readonly code:
    | "GENESIS_NO_PEERS"
    | "GENESIS_NO_ANSWER"
    | "GENESIS_OTHER_CHAINS"
    | "GENESIS_TOO_FEW_PEERS"
    | "GENESIS_DISAGREEMENT";
  readonly message: string;
  readonly hint: string;
}

/** What is known when joining fails. */
export interface JoinFacts {
  readonly answers: number;
  readonly hashes: readonly Digest[];
}

/** A failure in words, with what can be done about it. */
export function failureOf(code: JoinFailure["code"], { answers, hashes }: JoinFacts): JoinFailure {
  switch (code) {
    case "GENESIS_NO_PEERS":
      return {
        ...{ code, message: "no peer was found within 30 seconds" },
        hint: "name a bootnode or a seed, or start a new network with --genesis",
      };
    case "GENESIS_NO_ANSWER":
      return {
        ...{ code, message: "no peer gave a genesis within 30 seconds" },
        hint: "the peers may be joining themselves: try again, or name a bootnode that has the chain",
      };
    case "GENESIS_OTHER_CHAINS":
      return {
        ...{ code, message: "the peers that answered have another genesis" },
        hint: "check --chain and --genesis-hash, and the bootnodes",
      };
    case "GENESIS_TOO_FEW_PEERS":
      return {
        ...{ code, message: `${answers} of 3 peers gave the genesis ${hashes[0]}` },
        hint: "pin it with --genesis-hash when you know it to be right, or accept fewer peers",
      };
    case "GENESIS_DISAGREEMENT":
      return {
        ...{ code, message: `peers gave different genesis hashes: ${hashes.join(", ")}` },
        hint: "one of them lies: pin the right one with --genesis-hash",
      };
  }
}
