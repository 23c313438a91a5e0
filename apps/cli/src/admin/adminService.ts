import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { View } from "@polis/codec";
import type { Logger } from "@polis/ports";
import type { AdminService } from "@polis/proto";
import { logLevels } from "../config/values.ts";
import { callError, wrongField } from "../grpc/callError.ts";
import { heightField } from "../grpc/fields.ts";
import type { LevelLogger } from "../telemetry/logger.ts";
import type { AdminNode } from "./adminNode.ts";
import { createBackups } from "./backupStream.ts";
import { validatorConnections } from "./validatorConnections.ts";
import { viewDebug } from "./viewDebug.ts";

/** What only the operator may ask and do (kairos 15.2); who calls has shown the token already. */
export function adminService(node: AdminNode): ServiceImpl<typeof AdminService> {
  const { network, metrics, logger } = node;
  const backups = createBackups(node);
  return {
    getMetrics: ({ prefix }) => ({ text: chosen(metrics.render(), prefix) }),
    getValidators: () => validatorConnections(node),
    refreshPeers: () => ({ dialled: network.refresh() }),
    getViewDebugInfo: ({ view }) => viewDebug(node, heightField(view, "view") as number as View),
    setLogLevel: ({ levels }) => {
      if (!canChange(logger)) throw precondition("the program around this node logs in its own way");
      const read = logLevels.safeParse(levels);
      if (!read.success) throw wrongField("levels", read.error.issues[0]?.message ?? "levels as in logging.level");
      const previous = logger.levels;
      logger.setLevels(read.data);
      logger.log("info", "the operator has changed the log levels", { levels: read.data });
      return { previous };
    },
    banPeer: ({ peerId }) => {
      if (peerId.length !== 32) throw wrongField("peer_id", `32 bytes, not ${peerId.length}`);
      const durationMs = network.ban(peerId.toHex());
      if (durationMs === undefined) throw precondition("a validator is not banned: quorums may need it (N8)");
      logger.log("warn", "the operator has banned a peer", { peer: peerId.toHex().slice(0, 16) });
      return { durationMs: BigInt(Math.round(durationMs)) };
    },
    backup: (request, { signal }) => backups.stream(request, signal),
    shutdown: () => {
      if (!node.requestShutdown()) throw precondition("the program around this node does not stop it on request");
      return {};
    },
  };
}

/** Families whose name begins with a prefix, their comments included. */
function chosen(text: string, prefix: string): string {
  if (prefix === "") return text;
  const nameOf = (line: string) => (line.startsWith("# ") ? (line.split(" ", 3)[2] ?? "") : line);
  return text
    .split("\n")
    .filter((line) => nameOf(line).startsWith(prefix))
    .join("\n");
}

function canChange(logger: Logger): logger is LevelLogger {
  return "setLevels" in logger;
}

function precondition(message: string): Error {
  return callError("NOT_FOUND", message, { status: Code.FailedPrecondition });
}
