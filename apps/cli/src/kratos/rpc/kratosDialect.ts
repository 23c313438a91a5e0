import { reviveInteger } from "@polis/kratos";
import { codes, type Dialect, failure } from "@polis/rpc";

/** Code of a client that asks too much (kratos-core 13.2). */
export const RATE_LIMITED = -32_029;

/** How the JSON-RPC of KratOs differs from that of Kairos (kratos-core 13.1, 13.2). */
export const kratosDialect: Dialect = {
  ...{ batches: false, webSockets: false, path: "/", reviver: reviveInteger },
  ...{ corsMethods: "GET, POST, OPTIONS", corsHeaders: "Content-Type, Accept" },
  codes: { limit: codes.invalidRequest, busy: codes.internal, host: codes.invalidRequest },
  hostRefusal: "this server does not answer to that host name: use the address that it listens on",
  tooFast(waitMs) {
    const retryAfter = Math.max(1, Math.ceil(waitMs / 1_000));
    return failure(RATE_LIMITED, `rate limited, retry in ${retryAfter} s`, { retryAfter });
  },
};
