import { readFileSync } from "node:fs";
import { request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import type { Config } from "../config/schema.ts";
import { UserError } from "../errors.ts";

/** What a node said about itself, or why it could not be asked. */
export interface Answer {
  /** True for status 200 and nothing else: 503 means not ready (kairos O1). */
  readonly ready: boolean;
  /** The node's own lines, or one line that says why there is none. */
  readonly lines: readonly string[];
}

/** Where to ask, and the certificate to expect there. */
export interface Place {
  readonly url: URL;
  /** PEM text; absent without TLS. */
  readonly certificate?: string;
}

/** More than `/readyz` ever says; a stranger on the port could say more. */
const MAX_BYTES = 65_536;

/**
 * Where the node of a configuration answers `/readyz`, seen from its own computer.
 * @param path `/readyz`, or `/healthz` for the process alone
 * @throws UserError when the configuration has no such listener
 */
export function placeOf({ metrics }: Config, path: "/readyz" | "/healthz"): Place {
  if (!metrics.enabled) {
    const hint = "set metrics.enabled = true, or give --url";
    throw new UserError("HEALTH_OFF", "this configuration serves no /readyz", hint, { exitCode: 2 });
  }
  const { host, port } = metrics.listenAddress;
  const scheme = metrics.tlsCert === undefined ? "http" : "https";
  const url = new URL(`${scheme}://${reachable(host)}:${port}${path}`);
  return metrics.tlsCert === undefined ? { url } : { url, certificate: readFileSync(metrics.tlsCert, "utf8") };
}

/**
 * Asks once. Never throws and always ends: an answer that is late, too long or absent means not ready (kairos D1).
 * @example (await askReadiness({ url: new URL("http://127.0.0.1:9090/readyz") }, 3_000)).ready
 */
export function askReadiness({ url, certificate }: Place, timeoutMs: number): Promise<Answer> {
  const failed = (error: Error): Answer => ({ ready: false, lines: [`no answer from ${url.href}: ${error.message}`] });
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const signal = AbortSignal.timeout(timeoutMs);
  // The certificate names the node as its callers know it, and here it is asked as this computer.
  const tls = certificate === undefined ? {} : { ca: certificate, checkServerIdentity: () => undefined };
  const send = url.protocol === "https:" ? tlsRequest : plainRequest;
  const request = send(url, { signal, agent: false, headers: { connection: "close" }, ...tls }, (response) => {
    let text = "";
    response.setEncoding("utf8");
    response.on("data", (part: string) => {
      text += part;
      if (text.length > MAX_BYTES) response.destroy(new Error("the answer is too long"));
    });
    response.on("error", (error) => resolve(failed(error)));
    response.on("end", () => resolve({ ready: response.statusCode === 200, lines: text.trimEnd().split("\n") }));
  });
  request.on("error", (error) => resolve(failed(error)));
  request.end();
  return promise;
}

function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::" || host === "[::]") return "[::1]";
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
