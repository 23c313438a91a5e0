import { checkPeers, type PeerFacts } from "./checkPeers.ts";
import type { Config } from "./schema.ts";

/** The facts of a genesis that a configuration may repeat. */
export interface GenesisFacts {
  readonly n: number;
  readonly f: number;
  readonly network: string;
  readonly leader: "round-robin" | "random";
  readonly maxViewLead: number;
  readonly params: { readonly block: { readonly maxBytes: number } };
  readonly validators: readonly PeerFacts[];
}

/** What a frame needs beside the block in it (kairos 13.3). */
const FRAME_BYTES = 64 * 1024;

/**
 * Where a configuration contradicts its genesis (kairos 18.2: "must equal genesis").
 * @returns one sentence per contradiction
 */
export function checkAgainstGenesis(config: Config, genesis: GenesisFacts): string[] {
  const { consensus, p2p, rpc } = config;
  const leader = consensus.leaderManager === "RoundRobin" ? "round-robin" : "random";
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ["consensus.n", consensus.n, genesis.n],
    ["consensus.f", consensus.f, genesis.f],
    ["consensus.network", consensus.network, genesis.network],
    ["consensus.leader_manager", leader, genesis.leader],
    ["consensus.max_view_lead", consensus.maxViewLead, genesis.maxViewLead],
    ["p2p.total_number_peers", p2p.totalNumberPeers, genesis.n],
    ["p2p.maximum_number_faulty_peers", p2p.maximumNumberFaultyPeers, genesis.f],
    ["rpc.network", rpc.network, genesis.network],
    ["rpc.total_validators", rpc.totalValidators, genesis.n],
    ["rpc.f", rpc.f, genesis.f],
  ];
  const problems = pairs
    .filter(([, own, theirs]) => own !== undefined && own !== theirs)
    .map(([name, own, theirs]) => `${name} is ${String(own)}, but the genesis file says ${String(theirs)}`);
  const least = genesis.params.block.maxBytes + FRAME_BYTES;
  if (p2p.maxMessageSize !== undefined && p2p.maxMessageSize < least) {
    problems.push(`p2p.max_message_size is ${p2p.maxMessageSize}, but a block of this genesis needs ${least}`);
  }
  return [...problems, ...checkPeers(config, genesis.validators)];
}
