import { isIPv4 } from "node:net";
import type { Config } from "./schema.ts";
import { addressText, type ListenAddress } from "./values.ts";

/**
 * What is wrong with the listeners: half of a TLS pair, or plaintext where other computers can read along without the
 * operator's word (Z31, Z33). Sections that are switched off are not judged.
 * @returns one sentence per problem, which says what to do
 * @example checkListeners(config) // ["rpc.listen_addr = 0.0.0.0:50051 would serve plaintext ..."]
 */
export function checkListeners(config: Config): string[] {
  const { rpc, jsonrpc, admin, metrics, visualizer } = config;
  return [
    ...problemsOf("rpc", "listen_addr", rpc.listenAddr, rpc),
    ...problemsOf("jsonrpc", "listen_addr", jsonrpc.listenAddr, jsonrpc),
    ...problemsOf("admin", "listen_addr", admin.listenAddr, admin),
    ...problemsOf("metrics", "listen_address", metrics.listenAddress, metrics),
    ...problemsOf("visualizer", "listen_address", visualizer.listenAddress, visualizer),
  ];
}

interface Listener {
  readonly enabled: boolean;
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
  readonly allowPlaintext: boolean;
}

function problemsOf(section: string, key: string, address: ListenAddress, listener: Listener): string[] {
  if (!listener.enabled) return [];
  if ((listener.tlsCert === undefined) !== (listener.tlsKey === undefined)) {
    return [`${section}.tls_cert and ${section}.tls_key: give both or none`];
  }
  if (listener.tlsCert !== undefined || listener.allowPlaintext || isLoopback(address.host)) return [];
  return [
    `${section}.${key} = ${addressText(address)} would serve plaintext to other computers: give ${section}.tls_cert and ` +
      `${section}.tls_key, listen on 127.0.0.1, or set ${section}.allow_plaintext = true in a network that you trust`,
  ];
}

/**
 * Whether only this computer reaches an address. Names other than `localhost` may resolve to anything.
 * @example isLoopback("127.0.0.1") // true
 */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  if (name === "localhost" || name === "::1") return true;
  return isIPv4(name) && name.startsWith("127.");
}
