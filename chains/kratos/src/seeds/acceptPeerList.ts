import { type Digest, fault, ok, type Result, type Seconds } from "@polis/codec";
import { type SeedFault, seedFaults } from "./errors.ts";
import { multiaddressText, parseMultiaddress } from "./multiaddress.ts";
import { libp2pPeerId } from "./peerIdentity.ts";
import { isSignedBySeed, LIST_TTL_S, LIST_VERSION, type ListedPeer, type SignedPeerList } from "./peerList.ts";
import { classOf } from "./scoring.ts";

/** How far ahead of our clock a list may be: as heartbeats (kratos-core 12.4). */
const MAX_LIST_AHEAD_S = 60;

/** What a node knows of its seeds and its chain. */
export interface ListTrust {
  /** The configured keys of seed servers. */
  readonly seedKeys: readonly Digest[];
  /** The chain's, or the pinned one while joining. */
  readonly genesisHash: Digest;
}

/**
 * Applies the rules of a client to a list (kratos-core 12.6, I46). The state of the network that the list tells is advice to
 * people: only its genesis hash is compared, and nothing else of it is given back.
 * @returns the multiaddresses that a node may dial, in the order of the list, the seed's own bootnodes last
 */
export function acceptPeerList(
  signed: SignedPeerList,
  { seedKeys, genesisHash }: ListTrust,
  now: Seconds,
): Result<readonly string[]> {
  const { list } = signed;
  if (list.version !== LIST_VERSION) return refusal("UnknownVersion");
  if (!seedKeys.includes(list.dnsSeedId)) return refusal("UnknownSeedKey");
  if (!isSignedBySeed(signed)) return refusal("InvalidSignature");
  if (list.networkState.genesisHash !== genesisHash) return refusal("WrongGenesis");
  if (now - list.generatedAt > LIST_TTL_S) return refusal("StaleList");
  if (list.generatedAt - now > MAX_LIST_AHEAD_S) return refusal("FutureList");
  const bootnodes = list.fallbackBootnodes.flatMap((text) => dialable(text) ?? []);
  return ok([...new Set([...list.peers.flatMap(addressesOf), ...bootnodes])]);
}

/** The addresses of an entry whose two identities agree. */
function addressesOf(peer: ListedPeer): readonly string[] {
  if (classOf(peer.score) === "poor" || libp2pPeerId(peer.peerId) !== peer.libp2pPeerId) return [];
  return peer.addresses.flatMap((text) => dialable(text, peer.libp2pPeerId) ?? []);
}

/** The one form of an address with a peer id; undefined when it has none, or another one. */
function dialable(text: string, expected?: string): string | undefined {
  const address = parseMultiaddress(text);
  if (address === undefined) return undefined;
  const peerId = address.peerId ?? expected;
  if (peerId === undefined || (expected !== undefined && peerId !== expected)) return undefined;
  return multiaddressText({ ...address, peerId });
}

function refusal(code: SeedFault) {
  return fault(code, seedFaults[code]);
}
