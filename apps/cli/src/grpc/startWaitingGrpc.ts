import type { DescService } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Logger, Metrics } from "@polis/ports";
import { Health, NodeService, ServerReflection } from "@polis/proto";
import type { ConnectServer } from "@polis/rpc";
import type { Config } from "../config/schema.ts";
import { callError } from "./callError.ts";
import { serveGrpc } from "./serveGrpc.ts";
import { healthService } from "./services/healthService.ts";
import { reflectionService } from "./services/reflectionService.ts";
import { servedFiles } from "./startGrpc.ts";

/** What a node without a chain can say. */
export interface WaitingFacts {
  readonly network: string;
  readonly chainId: number;
  readonly version: string;
  /** For example `consensus: waiting for validator set (1 of 6 known)`. */
  readonly reason: string;
}

/**
 * Serves gRPC for a node that waits for its validator set (kairos X8): status and health answer, everything else is
 * UNAVAILABLE with the reason.
 * @throws as `serveGrpc`
 */
export function startWaitingGrpc(
  config: Config["rpc"],
  facts: WaitingFacts,
  logger?: Logger,
  metrics?: Metrics,
): Promise<ConnectServer> {
  const services = servedFiles.flatMap((file) => file.services);
  const names = services.map(({ typeName }) => typeName);
  const own: readonly string[] = [Health.typeName, ServerReflection.typeName];
  const { network, chainId, version, reason } = facts;
  const startedMs = performance.now();
  const node: Partial<ServiceImpl<typeof NodeService>> = {
    getStatus: () => ({
      ...{ network, chainId: BigInt(chainId), version, role: "validator" },
      uptimeMs: BigInt(Math.floor(performance.now() - startedMs)),
    }),
    getHealth: () => ({
      healthy: false,
      components: { consensus: { healthy: false, reason: reason.replace("consensus: ", "") } },
    }),
  };
  return serveGrpc(
    config,
    (router) => {
      for (const service of services) {
        if (own.includes(service.typeName)) continue;
        const known = service.typeName === NodeService.typeName ? node : {};
        router.service(service, { ...refusing(service, reason), ...known } as Partial<ServiceImpl<DescService>>);
      }
      router.service(
        Health,
        healthService(() => false, names, afterMs),
      );
      router.service(ServerReflection, reflectionService(servedFiles));
    },
    logger,
    metrics,
  );
}

/** All methods of a service, each refusing. */
function refusing(service: DescService, reason: string): Record<string, (...args: never[]) => never> {
  const refuse = () => {
    throw callError("NOT_SYNCED", reason);
  };
  return Object.fromEntries(service.methods.map(({ localName }) => [localName, refuse]));
}

function afterMs(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
