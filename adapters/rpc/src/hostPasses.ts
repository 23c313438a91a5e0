import { namesServer } from "./connect/hostGate.ts";
import { type Gate, hostAllowed } from "./gate.ts";

/** Whether the request is addressed to this server (kratos-core 13.1). */
export function hostPasses(header: string | undefined, { hosts, addresses }: Gate): boolean {
  return addresses ? namesServer(header, hosts) : hostAllowed(header, hosts);
}
