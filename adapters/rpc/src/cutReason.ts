/** Codes of the errors by which node:http tells that a client was cut off, and what they are called in the metrics. */
const reasons: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: "slow",
  ERR_TLS_HANDSHAKE_TIMEOUT: "slow",
  HPE_HEADER_OVERFLOW: "headers",
};

/**
 * Why a connection of HTTP/1.1 was ended, as `listener_cut_total` counts it.
 * @example cutReason({ code: "HPE_HEADER_OVERFLOW" }) // "headers"
 */
export function cutReason(error: { readonly code?: string | undefined }): string {
  return reasons[error.code ?? ""] ?? "protocol";
}
