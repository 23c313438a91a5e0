import type { Logger, Metrics } from "@polis/ports";
import {
  AccountService,
  BlockService,
  ConsensusService,
  file_grpc_health_v1_health,
  file_grpc_reflection_v1_reflection,
  file_kairos_v1_account,
  file_kairos_v1_block,
  file_kairos_v1_consensus,
  file_kairos_v1_node,
  file_kairos_v1_subscription,
  file_kairos_v1_transaction,
  Health,
  NodeService,
  ServerReflection,
  SubscriptionService,
  TransactionService,
} from "@polis/proto";
import type { ConnectServer } from "@polis/rpc";
import type { Config } from "../config/schema.ts";
import { createStatusOf } from "./convert/blockMessage.ts";
import type { GrpcNode } from "./grpcNode.ts";
import { refusePruned } from "./refusePruned.ts";
import { serveGrpc } from "./serveGrpc.ts";
import { accountService } from "./services/accountService.ts";
import { blockService } from "./services/blockService.ts";
import { consensusService } from "./services/consensusService.ts";
import { healthService } from "./services/healthService.ts";
import { nodeService } from "./services/nodeService.ts";
import { reflectionService } from "./services/reflectionService.ts";
import { subscriptionService } from "./services/subscriptionService.ts";
import { transactionService } from "./services/transactionService.ts";
import { watchBlockRate } from "./streams/blockRate.ts";
import { watchNotarizedBlocks } from "./streams/notarizedBlocks.ts";
import { watchSeenTransactions } from "./streams/seenTransactions.ts";

/** The files whose services reflection names. */
export const servedFiles = [
  file_kairos_v1_account,
  file_kairos_v1_block,
  file_kairos_v1_transaction,
  file_kairos_v1_node,
  file_kairos_v1_subscription,
  file_kairos_v1_consensus,
  file_grpc_health_v1_health,
  file_grpc_reflection_v1_reflection,
];

/**
 * Serves the gRPC interface as the section `rpc` says (kairos 15, 18.2).
 * @returns undefined when the section is switched off
 * @throws UserError for a certificate that cannot be read; the listen error of node:net
 */
export async function startGrpc(
  config: Config["rpc"],
  served: GrpcNode,
  logger?: Logger,
  metrics?: Metrics,
): Promise<ConnectServer | undefined> {
  if (!config.enabled) return undefined;
  const node = refusePruned(served);
  const { backend } = node;
  const notarized = watchNotarizedBlocks(backend.events);
  const seen = watchSeenTransactions(backend.events);
  const rate = watchBlockRate(backend, () => performance.now());
  const statusOf = createStatusOf(backend, (digest) => notarized.has(digest));
  const names = servedFiles.flatMap(({ services }) => services.map(({ typeName }) => typeName));
  const server = await serveGrpc(
    config,
    (router) => {
      router.service(AccountService, accountService(backend));
      router.service(BlockService, blockService(backend, statusOf));
      router.service(TransactionService, transactionService(node, seen));
      router.service(NodeService, nodeService(node, rate));
      router.service(SubscriptionService, subscriptionService(backend, statusOf));
      router.service(ConsensusService, consensusService(backend));
      router.service(
        Health,
        healthService(() => node.isReady(), names, backend.after),
      );
      router.service(ServerReflection, reflectionService(servedFiles));
    },
    logger,
    metrics,
  );
  return {
    address: server.address,
    close: async () => {
      for (const watcher of [notarized, seen, rate]) watcher.stop();
      await server.close();
    },
  };
}
