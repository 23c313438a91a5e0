import { AdminService, file_grpc_reflection_v1_reflection, file_kairos_v1_admin, ServerReflection } from "@polis/proto";
import { type ConnectServer, createConnectServer } from "@polis/rpc";
import { UserError } from "../errors.ts";
import { describeError, refuseCall } from "../grpc/callError.ts";
import { reflectionService } from "../grpc/services/reflectionService.ts";
import { tlsOf } from "../listeners/tlsOf.ts";
import type { AdminNode } from "./adminNode.ts";
import { adminService } from "./adminService.ts";
import { admitCalls } from "./admitCalls.ts";
import { readOrMakeToken } from "./token.ts";

/** A backup of a large store takes longer than other calls. */
const limits = { maxConnections: 16, maxConcurrentStreams: 16, maxStreamsPerClient: 4 };

/**
 * Serves AdminService on a listener of its own, which is on no other and off by default (kairos 15.2, Z31).
 * @returns undefined when the section `admin` is switched off
 * @throws UserError ADMIN_TOKEN with exit code 2; the listen error of node:net
 */
export async function startAdmin(node: AdminNode): Promise<ConnectServer | undefined> {
  const { config, metrics, logger } = node;
  const { enabled, tokenFile, listenAddr } = config.admin;
  if (!enabled) return undefined;
  if (tokenFile === undefined) {
    const hint = "set admin.token_file; the node makes the file";
    throw new UserError("ADMIN_TOKEN", "admin.enabled needs admin.token_file", hint, { exitCode: 2 });
  }
  const token = readOrMakeToken(tokenFile);
  return createConnectServer({
    routes: (router) => {
      router.service(AdminService, adminService(node));
      router.service(ServerReflection, reflectionService([file_kairos_v1_admin, file_grpc_reflection_v1_reflection]));
    },
    listen: listenAddr,
    limits,
    tls: tlsOf("admin", config.admin),
    admit: admitCalls({ token, metrics, logger, nowMs: () => performance.now() }),
    refuse: refuseCall,
    describe: describeError,
    name: "admin",
    logger,
    metrics,
  });
}
