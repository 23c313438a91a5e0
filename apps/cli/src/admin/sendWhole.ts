import { type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import type { UniversalClientFn } from "@connectrpc/connect/protocol";

/**
 * The HTTP below the admin client. Every request of AdminService is one message, so it is sent as a whole; answers are read
 * as they come.
 * @param tls the listener's own certificate as PEM: it is the only one that is accepted, whatever names are in it
 */
export function sendWhole(tls: { readonly cert: string } | undefined): UniversalClientFn {
  const pinned = tls && { ca: tls.cert, allowPartialTrustChain: true, checkServerIdentity: () => undefined };
  return async ({ url, method, header, body, signal }) => {
    const parts: Uint8Array[] = [];
    for await (const part of body ?? []) parts.push(part);
    const options = { method, headers: Object.fromEntries(header), ...(signal && { signal }) };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = pinned === undefined ? requestPlain(url, options) : requestTls(url, { ...options, ...pinned });
      sent.once("response", resolve).once("error", reject);
      sent.end(Buffer.concat(parts));
    });
    return { status: answer.statusCode ?? 0, header: headersOf(answer), body: answer, trailer: new Headers() };
  };
}

function headersOf({ headers }: IncomingMessage): Headers {
  const found = new Headers();
  for (const [name, value] of Object.entries(headers)) for (const one of [value ?? []].flat()) found.append(name, one);
  return found;
}
