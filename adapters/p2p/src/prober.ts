import { noise } from "@chainsafe/libp2p-noise";
import { yamux } from "@chainsafe/libp2p-yamux";
import { createLibp2p } from "libp2p";
import { parsePeerAddress } from "./address.ts";
import { settlesWithin } from "./settlesWithin.ts";
import { Sockets } from "./sockets.ts";

/** For dials that are under way at the end. */
const STOP_MS = 2_000;

/** Dials peers only to see whether they are there. */
export interface Prober {
  /**
   * Whether a peer answers at its address and proves the peer id that the address names. Never rejects.
   * @param multiaddress with a peer id, such as `/ip4/192.0.2.7/tcp/30333/p2p/12D3Koo…`
   */
  probe(multiaddress: string, timeoutMs: number): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Makes a prober with an identity that nobody keeps; it listens nowhere and speaks no protocol above the encryption
 * (kratos-core 12.4, dial-back).
 * @param parallel most dials at a time; more wait within their time
 */
export async function createProber(parallel = 32): Promise<Prober> {
  const sockets = new Sockets();
  const node = await createLibp2p({
    addresses: { listen: [] },
    transports: [sockets.transport({})],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: { maxParallelDials: parallel, maxConnections: 2 * parallel },
  });
  return {
    async probe(multiaddress, timeoutMs) {
      try {
        const { peer, address } = parsePeerAddress(multiaddress);
        if (peer === undefined) return false;
        // A connection that is there already would prove nothing about this address.
        const connection = await node.dial(address, { signal: AbortSignal.timeout(timeoutMs), force: true });
        connection.abort(new Error("only a probe"));
        return true;
      } catch {
        return false;
      }
    },
    async close() {
      await settlesWithin(STOP_MS, Promise.resolve(node.stop()));
      sockets.destroy();
    },
  };
}
