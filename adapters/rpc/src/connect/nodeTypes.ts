import type { universalRequestFromNodeRequest, universalResponseToNodeResponse } from "@connectrpc/connect-node";

/** A request of HTTP/1.1 or HTTP/2. */
export type NodeServerRequest = Parameters<typeof universalRequestFromNodeRequest>[0];
/** Its response. */
export type NodeServerResponse = Parameters<typeof universalResponseToNodeResponse>[1];
