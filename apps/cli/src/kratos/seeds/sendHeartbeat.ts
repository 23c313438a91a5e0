import type { Digest, Height, Krat12 } from "@polis/codec";
import { seconds } from "@polis/codec";
import {
  decodeHeartbeatAnswer,
  encodeHeartbeat,
  type HeartbeatAnswer,
  isPublicIp,
  MAX_PEER_ADDRESSES,
  parseMultiaddress,
  signHeartbeat,
} from "@polis/kratos";
import { exchangeFrame } from "./exchangeFrame.ts";
import type { Seed } from "./parseSeed.ts";

/** What a node says of itself to the seed servers. */
export interface SeedStatus {
  /** Multiaddresses at which it can be reached. */
  readonly addresses: readonly string[];
  readonly height: Height;
  readonly bestHash: Digest;
  readonly isValidator: boolean;
  readonly validatorCount?: number | undefined;
  readonly totalStake?: Krat12 | undefined;
  readonly protocolVersion: number;
}

/** Longest wait for an answer, dial-back included. */
const TIMEOUT_MS = 30_000;

/**
 * Sends one heartbeat.
 * @param secret Ed25519 seed of the network key, 32 bytes
 * @returns the answer; the state of the network in it is for people
 * @throws Error when the server cannot be reached or answers nonsense
 */
export async function sendHeartbeat(
  seed: Seed,
  status: SeedStatus,
  genesisHash: Digest,
  secret: Uint8Array,
  nowMs: number,
  signal: AbortSignal,
): Promise<HeartbeatAnswer> {
  const signed = signHeartbeat(
    {
      addresses: announced(status.addresses),
      currentHeight: status.height,
      bestHash: status.bestHash,
      genesisHash,
      isValidator: status.isValidator,
      validatorCount: status.validatorCount,
      totalStake: status.totalStake,
      protocolVersion: status.protocolVersion,
      timestamp: seconds(Math.floor(nowMs / 1_000)),
    },
    secret,
  );
  const answer = decodeHeartbeatAnswer(await exchangeFrame(seed, encodeHeartbeat(signed), TIMEOUT_MS, signal));
  if (!answer.ok) throw new Error(answer.fault.detail ?? answer.fault.code);
  return answer.value;
}

/** The public addresses when there are any: a seed server on the internet refuses those of a private network. */
export function announced(addresses: readonly string[]): readonly string[] {
  const readable = addresses.flatMap((text) => {
    const address = parseMultiaddress(text);
    return address === undefined ? [] : [{ text, isPublic: isPublicIp(address.ip) }];
  });
  const open = readable.filter(({ isPublic }) => isPublic);
  return (open.length > 0 ? open : readable).map(({ text }) => text).slice(0, MAX_PEER_ADDRESSES);
}
