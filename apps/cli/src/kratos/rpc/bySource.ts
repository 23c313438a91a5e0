import { ipSource } from "@polis/kratos";
import type { RateLimiter } from "@polis/rpc";

/**
 * The same limit for what is one client: an IPv4 address however it is written, or the /64 of an IPv6 address, whose holder
 * could send each request from an address of its own (kratos-core 13.1).
 */
export function bySource({ banLeft, take }: RateLimiter): RateLimiter {
  return {
    banLeft: (client) => banLeft(ipSource(client)),
    take: (client, weight) => take(ipSource(client), weight),
  };
}
