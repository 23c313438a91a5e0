import { constants } from "node:crypto";
import { isIP } from "node:net";
import { connect, createServer, type Server, type TLSSocket } from "node:tls";
import { ALPN, type Channel } from "./frameTypes.ts";
import { peerIdOf, type TlsIdentity } from "./identity.ts";
import type { Address } from "./types.ts";

/**
 * TLS 1.3 alone, both sides show a certificate, no authority judges it: the key is compared by us (kairos N1). TLS 1.3
 * has no renegotiation, and Node sends no early data. We never offer a session, and refuse a resumed one.
 */
function options(identity: TlsIdentity) {
  return {
    key: identity.keyPem,
    cert: identity.certificatePem,
    minVersion: "TLSv1.3",
    maxVersion: "TLSv1.3",
    requestCert: true,
    rejectUnauthorized: false,
    secureOptions: constants.SSL_OP_NO_TICKET,
  } as const;
}

/** A TLS server that does not listen yet; it speaks both ALPN names and refuses all others. */
export function makeServer(identity: TlsIdentity, handshakeTimeoutMs: number): Server {
  return createServer({
    ...options(identity),
    ALPNProtocols: Object.values(ALPN),
    handshakeTimeout: handshakeTimeoutMs,
    noDelay: true,
  });
}

/** Starts a connection. Node resolves a host name at each call. */
export function dialTls(identity: TlsIdentity, { host, port }: Address, channel: Channel): TLSSocket {
  return connect({
    ...options(identity),
    host,
    port,
    // The name of the server means nothing here: its key does. An address must not be sent as a name (RFC 6066 §3).
    ...(isIP(host) === 0 && { servername: host }),
    ALPNProtocols: [ALPN[channel]],
  });
}

/** @returns the peer id and the channel of a finished handshake, or undefined when either is not acceptable. */
export function readHandshake(socket: TLSSocket): { readonly peerId: string; readonly channel: Channel } | undefined {
  if (socket.isSessionReused() || socket.getProtocol() !== "TLSv1.3") return undefined;
  const peerId = peerIdOf(socket.getPeerX509Certificate());
  const channel = (Object.keys(ALPN) as Channel[]).find((c) => ALPN[c] === socket.alpnProtocol);
  return peerId === undefined || channel === undefined ? undefined : { peerId, channel };
}
