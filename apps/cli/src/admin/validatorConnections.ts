import type { MessageInitShape } from "@bufbuild/protobuf";
import type { PeerInfo } from "@polis/net";
import type { GetValidatorsResponseSchema } from "@polis/proto";
import type { AdminNode } from "./adminNode.ts";

type Validators = MessageInitShape<typeof GetValidatorsResponseSchema>;

/** Every validator of genesis with the state of its links (kairos 15.2). */
export function validatorConnections({ chain, network }: AdminNode): Validators {
  const { genesis, voting } = chain;
  const peers = new Map(network.peers().flatMap((peer) => (peer.isValidator ? [[peer.peer, peer] as const] : [])));
  const validators = genesis.validators.map((validator, index) => {
    const peer = peers.get(index);
    return {
      index,
      name: validator.name ?? "",
      address: peer?.hello?.listenAddresses[0] ?? validator.address ?? "",
      blsPublicKey: validator.blsPublicKey,
      p2pPublicKey: validator.p2pPublicKey,
      feeAddress: Uint8Array.fromHex(validator.feeAddress),
      isSelf: index === voting.keys?.index,
      ...linkOf(peer),
    };
  });
  return {
    validators,
    connected: validators.filter(({ connected }) => connected).length,
    required: Math.max(0, genesis.n - genesis.f - 1),
  };
}

function linkOf(peer: PeerInfo | undefined) {
  if (peer === undefined) return { connected: false };
  return {
    connected: peer.up,
    channels: [...peer.channels],
    ...(peer.rttMs === undefined ? {} : { latencyMs: peer.rttMs }),
    score: Math.round(peer.score),
    queuedBytes: BigInt(peer.queuedBytes),
    clientVersion: peer.hello?.clientVersion ?? "",
    finalizedHeight: BigInt(peer.hello?.lastFinalized.height ?? 0),
  };
}
