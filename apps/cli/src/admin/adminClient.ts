import { type Client, createClient, type Interceptor } from "@connectrpc/connect";
import { createTransport } from "@connectrpc/connect/protocol-connect";
import { AdminService } from "@polis/proto";
import type { Config } from "../config/schema.ts";
import { addressText } from "../config/values.ts";
import { UserError } from "../errors.ts";
import { tlsOf } from "../listeners/tlsOf.ts";
import { sendWhole } from "./sendWhole.ts";
import { readToken } from "./token.ts";

/** Longest answer that is read: metrics are some hundred kilobytes. */
const maxBytes = 64 << 20;

/**
 * A client of the node whose configuration this is: the section `admin` names address, token and whether TLS is spoken.
 * @throws UserError ADMIN_DISABLED or ADMIN_TOKEN
 * @example await createAdminClient(config.admin).refreshPeers({})
 */
export function createAdminClient(admin: Config["admin"]): Client<typeof AdminService> {
  if (!admin.enabled || admin.tokenFile === undefined) {
    const hint = "set admin.enabled = true and admin.token_file, then start the node again";
    throw new UserError("ADMIN_DISABLED", "this configuration has no admin interface", hint);
  }
  const token = readToken(admin.tokenFile);
  const showToken: Interceptor = (next) => (request) => {
    request.header.set("authorization", `Bearer ${token}`);
    return next(request);
  };
  const tls = tlsOf("admin", admin);
  const transport = createTransport({
    httpClient: sendWhole(tls),
    baseUrl: `${tls === undefined ? "http" : "https"}://${reachable(admin.listenAddr)}`,
    ...{ useBinaryFormat: true, interceptors: [showToken], acceptCompression: [], sendCompression: null },
    ...{ compressMinBytes: 1_024, readMaxBytes: maxBytes, writeMaxBytes: maxBytes },
  });
  return createClient(AdminService, transport);
}

/** A listener on all addresses is reached on this computer's own. */
function reachable({ host, port }: Config["admin"]["listenAddr"]): string {
  const own = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return addressText({ host: own, port });
}
