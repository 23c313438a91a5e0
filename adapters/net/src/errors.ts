import type { Fault } from "@polis/codec";

/**
 * What a peer did wrong on a link, or why it was refused. The code is the reason stated to the peer and the label of the
 * metric `p2p_closed_total`.
 */
export const NET_FAULTS = [
  "FRAME_TOO_LONG",
  "FRAME_TOO_SHORT",
  "FRAME_VERSION",
  "FRAME_TYPE",
  "FRAME_SEQUENCE",
  "FRAME_SKEW",
  "FRAME_SLOW",
  "HELLO_MALFORMED",
  "HELLO_EXPECTED",
  "HELLO_REPEATED",
  "HELLO_TIMEOUT",
  "HELLO_GENESIS",
  "HELLO_VERSION",
  "HELLO_CLUSTER",
  "HELLO_ROLE",
  "PING_MALFORMED",
  "PEER_KEY",
  "PEER_SELF",
  "PEER_BANNED",
  "PEER_SILENT",
  "PEER_ALPN",
  "PEER_BUSY",
  "LINK_DUPLICATE",
  "LINK_CLOSING",
  "SOCKET_ERROR",
] as const;
export type NetFaultCode = (typeof NET_FAULTS)[number];
export type NetFault = Fault<NetFaultCode>;

/** A mistake of the person who configures the network. */
export class NetError extends Error {
  override readonly name = "NetError";
  readonly code: "NET_CONFIG" | "NET_LISTEN";
  readonly hint: string;

  constructor(code: "NET_CONFIG" | "NET_LISTEN", message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
  }
}
