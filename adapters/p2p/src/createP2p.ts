import { parsePeerAddress } from "./address.ts";
import { P2pError } from "./errors.ts";
import { Network } from "./network.ts";
import type { P2p, P2pOptions } from "./types.ts";

/**
 * Starts a node's network: listens, finds peers, passes gossip on and carries requests, all within the limits.
 * @throws P2pError for an address that cannot be read or listened on, or limits that contradict each other
 * @example
 * const p2p = await createP2p({ secret: loadNetworkKey(path), listen: ["/ip4/0.0.0.0/tcp/30333"], … });
 */
export async function createP2p(options: P2pOptions): Promise<P2p> {
  checkOptions(options);
  const network = new Network(options);
  await network.start();
  return network;
}

function checkOptions({ secret, limits, bootnodes, listen, announce }: P2pOptions): void {
  if (secret.length !== 32) throw new P2pError("P2P_KEY_LENGTH", "a network key has 32 bytes", "use loadNetworkKey");
  for (const [name, value] of Object.entries(limits)) {
    if (Number.isSafeInteger(value) && value > 0) continue;
    throw new P2pError("P2P_LIMITS", `the limit ${name} is ${value}`, "limits are positive whole numbers");
  }
  for (const address of [...listen, ...announce]) parsePeerAddress(address);
  for (const address of bootnodes) {
    if (parsePeerAddress(address).peer !== undefined) continue;
    throw new P2pError(
      "P2P_ADDRESS",
      `the bootnode ${address} names no peer`,
      "end the address with /p2p/ and its peer id",
    );
  }
}
