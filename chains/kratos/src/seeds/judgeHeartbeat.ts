import { type Digest, fault, ok, type Result, type Seconds } from "@polis/codec";
import { type SeedFault, seedFaults } from "./errors.ts";
import { decodeHeartbeat, type Heartbeat, isSignedByPeer } from "./heartbeat.ts";
import { equalIp, isPublicIp, parseIp } from "./ip.ts";
import { multiaddressText, type PeerAddress, parseMultiaddress } from "./multiaddress.ts";
import { libp2pPeerId } from "./peerIdentity.ts";

/** Age of the oldest accepted heartbeat (kratos-core 12.4). */
export const MAX_HEARTBEAT_AGE_S = 240;
/** How far ahead of our clock a heartbeat may be. */
export const MAX_HEARTBEAT_AHEAD_S = 60;

/** A heartbeat that is in order, but for addresses that only a dial-back can confirm. */
export interface JudgedHeartbeat {
  readonly heartbeat: Heartbeat;
  /** Every address with its peer id, in its one form, without repetitions. */
  readonly addresses: readonly string[];
  /** Those of them whose IP is not the source's: each must answer with the peer's identity before the heartbeat counts. */
  readonly toConfirm: readonly string[];
}

/** A refusal, and the peer that the bytes speak of, when they could be read: not necessarily who sent them. */
export interface RefusedHeartbeat {
  readonly code: SeedFault;
  readonly peerId: Digest | undefined;
}

/**
 * Applies every rule of acceptance that needs no network (kratos-core 12.4, I46).
 * @param body of the frame
 * @param sourceIp of the connection, as the socket gives it
 * @param genesisHash of the chain that this seed server serves
 */
export function judgeHeartbeat(
  body: Uint8Array,
  sourceIp: string,
  genesisHash: Digest,
  now: Seconds,
): { readonly ok: true; readonly value: JudgedHeartbeat } | { readonly ok: false; readonly refused: RefusedHeartbeat } {
  const decoded = decodeHeartbeat(body);
  if (!decoded.ok) return refuse(decoded.fault.code as SeedFault, undefined);
  const { heartbeat } = decoded.value;
  const { peerId, timestamp, addresses } = heartbeat;
  if (!isSignedByPeer(decoded.value)) return refuse("InvalidSignature", peerId);
  if (heartbeat.libp2pPeerId !== libp2pPeerId(peerId)) return refuse("WrongPeerIdentity", peerId);
  if (heartbeat.genesisHash !== genesisHash) return refuse("WrongGenesis", peerId);
  if (now - timestamp > MAX_HEARTBEAT_AGE_S) return refuse("StaleTimestamp", peerId);
  if (timestamp - now > MAX_HEARTBEAT_AHEAD_S) return refuse("FutureTimestamp", peerId);
  if (addresses.length === 0) return refuse("NoAddress", peerId);
  const judged = judgeAddresses(addresses, heartbeat.libp2pPeerId, sourceIp);
  return judged.ok
    ? { ok: true, value: { heartbeat, ...judged.value } }
    : refuse(judged.fault.code as SeedFault, peerId);
}

function refuse(
  code: SeedFault,
  peerId: Digest | undefined,
): { readonly ok: false; readonly refused: RefusedHeartbeat } {
  return { ok: false, refused: { code, peerId } };
}

/** Splits addresses into those of the sender and those to dial. */
function judgeAddresses(
  texts: readonly string[],
  peerId: string,
  sourceIp: string,
): Result<{ readonly addresses: readonly string[]; readonly toConfirm: readonly string[] }> {
  const source = parseIp(sourceIp);
  const addresses = new Set<string>();
  const toConfirm = new Set<string>();
  for (const text of texts) {
    const address = parseMultiaddress(text);
    if (address === undefined) return refusal("InvalidAddress");
    if (address.peerId !== undefined && address.peerId !== peerId) return refusal("WrongPeerIdentity");
    const full = multiaddressText({ ...address, peerId });
    addresses.add(full);
    if (source !== undefined && equalIp(address.ip, source)) continue;
    if (!mayDial(address, source)) return refusal("AddressNotOwn");
    toConfirm.add(full);
  }
  return ok({ addresses: [...addresses], toConfirm: [...toConfirm] });
}

/** A stranger must not make a seed server knock at doors inside its own network. */
function mayDial({ ip }: PeerAddress, source: Uint8Array | undefined): boolean {
  return isPublicIp(ip) || (source !== undefined && !isPublicIp(source));
}

function refusal(code: SeedFault) {
  return fault(code, seedFaults[code]);
}
