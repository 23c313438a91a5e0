import type { KratosClient } from "../client/createKratosClient.ts";

/** What a node says of itself and of its network. */
export interface NodeFacts {
  readonly chain: Awaited<ReturnType<KratosClient["chain_getInfo"]>>;
  readonly health: Awaited<ReturnType<KratosClient["system_health"]>>;
  readonly sync: Awaited<ReturnType<KratosClient["system_syncState"]>>;
  readonly finality: Awaited<ReturnType<KratosClient["finality_getStatus"]>>;
  readonly security: Awaited<ReturnType<KratosClient["network_getSecurityState"]>>;
  readonly clock: Awaited<ReturnType<KratosClient["clock_getHealth"]>>;
  readonly economics: Awaited<ReturnType<KratosClient["economics_getState"]>>;
  readonly bootstrap: Awaited<ReturnType<KratosClient["validator_getEarlyVotingStatus"]>>;
}

/** Asks everything at once. @throws KratosClientError */
export async function askNode(client: KratosClient): Promise<NodeFacts> {
  const [chain, health, sync, finality, security, clock, economics, bootstrap] = await Promise.all([
    client.chain_getInfo(),
    client.system_health(),
    client.system_syncState(),
    client.finality_getStatus(),
    client.network_getSecurityState(),
    client.clock_getHealth(),
    client.economics_getState(),
    client.validator_getEarlyVotingStatus(),
  ]);
  return { chain, health, sync, finality, security, clock, economics, bootstrap };
}
