import { isIP } from "node:net";
import { hostAllowed } from "../gate.ts";

/**
 * Whether a Host header may name this server, against DNS rebinding (Z33): a page whose own name was made to point here
 * sends that name. Addresses cannot be rebound and always pass.
 * @param allowed host names without port, lower-case, or `*`
 * @example namesServer("127.0.0.1:50051", ["localhost"]) // true
 */
export function namesServer(header: string | undefined, allowed: readonly string[]): boolean {
  if (hostAllowed(header, allowed)) return true;
  if (header === undefined || header.length > 255) return false;
  if (!header.startsWith("[")) return isIP(header.split(":", 1)[0]!) !== 0;
  const end = header.indexOf("]");
  return end > 0 && isIP(header.slice(1, end)) !== 0;
}
