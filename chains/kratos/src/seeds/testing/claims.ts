import { type Digest, digest, digestOf, height, type Seconds, seconds } from "@polis/codec";
import { ed25519 } from "@polis/crypto";
import { type Heartbeat, type SignedHeartbeat, signHeartbeat } from "../heartbeat.ts";
import { libp2pPeerId } from "../peerIdentity.ts";
import type { ConfirmedHeartbeat } from "../registry.ts";

/** The chain of the tests, and their time. */
export const genesisHash: Digest = digest("11".repeat(32));
export const noon: Seconds = seconds(1_800_000_000);

/** A network key by number. */
export function secretOf(number: number): Uint8Array {
  const secret = new Uint8Array(32).fill(7);
  new DataView(secret.buffer).setUint32(0, number);
  return secret;
}

/** The public key of `secretOf`. */
export function peerIdOf(number: number): Digest {
  return digestOf(ed25519.publicKey(secretOf(number)));
}

/** What a node of the tests says of itself. */
export function claims(changes: Partial<Heartbeat> = {}): Omit<Heartbeat, "version" | "peerId" | "libp2pPeerId"> {
  return {
    addresses: ["/ip4/8.8.4.4/tcp/30333"],
    currentHeight: height(42),
    bestHash: digest("22".repeat(32)),
    genesisHash,
    isValidator: true,
    validatorCount: 5,
    totalStake: undefined,
    protocolVersion: 1,
    timestamp: noon,
    ...changes,
  };
}

/** A heartbeat signed by a key of the tests. */
export function signedBy(number: number, changes: Partial<Heartbeat> = {}): SignedHeartbeat {
  return signHeartbeat(claims(changes), secretOf(number));
}

/** A heartbeat as the registry takes it, without the cost of a signature. */
export function confirmed(
  number: number,
  timestamp: Seconds,
  rest: Partial<ConfirmedHeartbeat> & { readonly claims?: Partial<Heartbeat> } = {},
): ConfirmedHeartbeat {
  const peerId = digest(number.toString(16).padStart(64, "0"));
  const identity = { version: 1, peerId, libp2pPeerId: libp2pPeerId(peerId) };
  return {
    heartbeat: { ...claims({ ...rest.claims, timestamp }), ...identity },
    addresses: rest.addresses ?? [`/ip4/8.8.4.4/tcp/30333/p2p/${libp2pPeerId(peerId)}`],
    sourceIp: rest.sourceIp ?? `8.8.${number >> 8}.${number & 255}`,
    region: rest.region,
  };
}
