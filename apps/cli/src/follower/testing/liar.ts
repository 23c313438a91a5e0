import { type Height, height } from "@polis/codec";
import { decodeCertificate } from "@polis/crypto";
import {
  decodeFetchRequest,
  encodeFetchReply,
  encodeFinalizedPush,
  type FetchedBlock,
  type FetchReply,
  type FetchRequest,
} from "@polis/minimmit";
import { createPeerNetwork, type PeerNetwork, ROLE_FOLLOWER } from "@polis/net";
import { generateIdentity } from "../../keys/identity.ts";
import type { Chain } from "../../node/chain.ts";
import { systemClock } from "../../node/clock.ts";

/** What a liar makes of an honest page; undefined gives no answer. */
export type Lie = (page: readonly FetchedBlock[], from: Height) => FetchReply | undefined;

/** A node on real links that has the true chain and answers ranges with something else. */
export interface Liar {
  /** `key@host:port`, as `p2p.bootnodes` has it. */
  readonly place: string;
  /** Ranges that it was asked for. */
  requests(): number;
  /** Sends finalized blocks unasked to everybody who is connected. */
  push(items: readonly FetchedBlock[]): void;
  close(): Promise<void>;
}

/**
 * Starts a liar.
 * @param chain whose blocks it knows, and whose head it truly says
 * @param capabilities of its Hello
 */
export async function startLiar(chain: Chain, lie: Lie, capabilities = 0): Promise<Liar> {
  const { genesis, genesisHash, wire, ledger } = chain;
  const last = ledger.lastFinalized;
  const n = genesis.n;
  const { ed25519 } = generateIdentity();
  let asked = 0;
  const net: PeerNetwork = createPeerNetwork({
    identity: { secretKey: ed25519.secret },
    listen: { host: "127.0.0.1", port: 0 },
    validators: genesis.validators.map(({ p2pPublicKey }, index) => ({ index, publicKeyHex: p2pPublicKey.toHex() })),
    self: undefined,
    readyPeers: 0,
    hello: () => ({
      ...{ protocolVersion: 0x0100, chainId: Number(genesis.params.chainId), genesisHash, role: ROLE_FOLLOWER },
      ...{ epoch: genesis.params.epoch, capabilities, clientVersion: "liar", listenAddresses: [] },
      ...{ clusterId: "kairos", lastFinalized: { height: last.height, view: last.view, hash: last.digest } },
    }),
    handlers: {
      onConsensus: () => true,
      onLink: () => undefined,
      onBulk: (peer, type, body) => {
        const decoded = decodeFetchRequest(type, body);
        if (!decoded.ok) return true;
        const { requestId, request } = decoded.value;
        if (request.kind === "blockRange") asked++;
        const reply =
          request.kind === "blockRange"
            ? lie(honestPage(chain, request.from, request.count), request.from)
            : truth(chain, request);
        if (reply === undefined) return true;
        const frame = encodeFetchReply(requestId, reply, n);
        net.sendBulk(peer, frame.type, frame.body);
        return true;
      },
    },
    maxBlockBytes: wire.maxBlockBytes,
    clock: systemClock,
  });
  const bound = await net.start();
  return {
    place: `${net.peerId}@127.0.0.1:${bound!.port}`,
    requests: () => asked,
    push: (items) => {
      const { type, body } = encodeFinalizedPush(items, n, wire.maxBlockBytes);
      for (const { peer } of net.peers()) net.sendBulk(peer, type, body);
    },
    close: () => net.close(),
  };
}

/** About anything but ranges it says the truth. */
function truth(chain: Chain, request: FetchRequest): FetchReply {
  const last = certificateAt(chain, chain.ledger.lastFinalized.height)!;
  if (request.kind === "certificates") return { kind: "certificates", certificates: [last] };
  const digests = request.kind === "blocksByDigest" ? request.digests : [];
  const blocks = digests.flatMap((digest) => chain.archive.blockByDigest(digest) ?? []);
  return { kind: "blocks", items: blocks.map((block) => ({ block, certificate: undefined })) };
}

/** The blocks of a range with their certificates, as an honest node sends them. */
export function honestPage(chain: Chain, from: Height, count: number): FetchedBlock[] {
  const page: FetchedBlock[] = [];
  for (let h = from; h < from + count; h = height(h + 1)) {
    const block = chain.archive.blockByHeight(h);
    if (block === undefined) break;
    page.push({ block, certificate: certificateAt(chain, h) });
  }
  return page;
}

function certificateAt({ archive, wire }: Chain, at: Height) {
  const encoded = archive.finalizationAt(at);
  const decoded = encoded === undefined ? undefined : decodeCertificate(encoded, wire.shape);
  return decoded?.ok ? decoded.value : undefined;
}
