import type { Digest, Height, Krat12, Seconds } from "@polis/codec";
import type { AccountId } from "../identifiers.ts";

/** What a seed server keeps of a peer (kratos-core 12.5). */
export interface PeerRecord {
  readonly peerId: Digest;
  readonly libp2pPeerId: string;
  /** With the peer id, in their one form. */
  readonly addresses: readonly string[];
  /** The source of its last accepted heartbeat, as `ipSource` gives it. */
  readonly source: string;
  readonly region: string | undefined;
  readonly score: number;
  /** A claim, as are the height, the hash, the counts and the version: shown, never scored. */
  readonly isValidator: boolean;
  /** The active validator whose key named this peer. */
  readonly provenBy: AccountId | undefined;
  readonly currentHeight: Height;
  readonly bestHash: Digest;
  readonly validatorCount: number | undefined;
  readonly totalStake: Krat12 | undefined;
  readonly protocolVersion: number;
  readonly firstSeen: Seconds;
  readonly lastSeen: Seconds;
  /** Of the newest accepted heartbeat: an older or equal one is a replay. */
  readonly lastTimestamp: Seconds;
  /** When a heartbeat last raised the score. */
  readonly creditedAt: Seconds;
  /** Start of the hour of uninterrupted presence that runs. */
  readonly hourFrom: Seconds;
  /** When the next heartbeat counts as missed. */
  readonly missAt: Seconds;
}
