/** Names under which a loopback listener may be addressed. */
export const localHosts: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Whether a Host header names this server: the defence against DNS rebinding (kairos 16.3 `allowed_hosts`).
 * @param header the Host header, with or without a port
 * @param allowed host names without port, lower-case, IPv6 in brackets; `*` allows all
 * @example hostAllowed("localhost:8545", localHosts) // true
 */
export function hostAllowed(header: string | undefined, allowed: readonly string[]): boolean {
  if (allowed.includes("*")) return true;
  if (header === undefined || header.length > 255) return false;
  const host = header.startsWith("[") ? header.slice(0, header.indexOf("]") + 1) : header.split(":", 1)[0]!;
  return host !== "" && allowed.includes(host.toLowerCase());
}

/** Which names the server answers to, and which web pages may call it. */
export interface Gate {
  /** Lower-case host names, or `*`. */
  readonly hosts: readonly string[];
  /** Numeric addresses pass too: they cannot be rebound. */
  readonly addresses: boolean;
  /** Exact origins, or `*`. */
  readonly origins: readonly string[];
}

/** Whether a web page of this origin may call the server (kairos 16.3 `cors_origins`). */
export function originAllowed(origin: string, { origins }: Gate): boolean {
  return origins.includes("*") || origins.includes(origin);
}
