import type { Hello, HelloTarget, PeerInfo } from "@polis/net";
import { pacedExecution } from "../node/pacedExecution.ts";
import { CAPABILITY_FEED, FIRST_BULK_TYPE, type NodeRole, type RoleFacts } from "../node/role.ts";
import type { Readiness } from "../telemetry/healthServer.ts";
import { FeedChoice } from "./feedChoice.ts";
import { type FollowerState, followerState } from "./followerState.ts";

/** What the role of one follower needs. */
export interface FollowerRoleOptions {
  readonly n: number;
  readonly f: number;
  /** Ends the links with a peer that is dialled, so that it gets a new Hello. */
  readonly redial: (peer: number) => void;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
}

/** The role of a node without a consensus key (kairos L1, N16, N17), with the state that it shows. */
export interface FollowerRole extends NodeRole {
  state(facts: RoleFacts): FollowerState;
}

const STATUS_TYPES: ReadonlySet<number> = new Set([0x04, 0x05]);
const PUSH_TYPE = 0x30;

/** Makes the role of one follower; it remembers its links. */
export function createFollowerRole({ n, f, redial, nowMs }: FollowerRoleOptions): FollowerRole {
  const sources = new Map<number, PeerInfo>();
  const feeds = new FeedChoice(Math.max(2, f + 1));
  const state = (facts: RoleFacts): FollowerState => followerState(facts);

  const onLink = (peer: PeerInfo, up: boolean, _hello: Hello): boolean => {
    // Who has come to be served says nothing about the chain: it is not asked.
    if (!peer.isValidator && !peer.isUpstream) return false;
    if (up) sources.set(peer.peer, peer);
    else sources.delete(peer.peer);
    feeds.onLink(peer.peerId, up);
    if (!up && feeds.needsMore(nowMs())) {
      const silent = [...sources.values()].find(({ peerId }) => !feeds.isTold(peerId));
      if (silent !== undefined) redial(silent.peer);
    }
    return true;
  };

  return {
    name: "follower",
    // One honest source is enough: nothing is believed that is not verified.
    requiredPeers: () => 1,
    capabilities: (to: HelloTarget | undefined) =>
      to?.dialled === true && feeds.choose(to.peerId, nowMs()) ? CAPABILITY_FEED : 0,
    admits(peer, type) {
      if (type >= FIRST_BULK_TYPE) return type !== PUSH_TYPE || sources.has(peer);
      return peer < n && STATUS_TYPES.has(type);
    },
    onLink,
    pace: pacedExecution,
    readiness: (facts): Readiness => readiness(facts, state(facts)),
    state,
  };
}

/** Ready: at the head, with a source, and finality moves (kairos O1, 14). */
function readiness(facts: RoleFacts, state: FollowerState): Readiness {
  const { silentMs, stallAfterMs, finalizedHeight } = facts;
  const stalled = state.name === "ready" && silentMs >= stallAfterMs;
  const details = [
    `state: ${state.name}`,
    `sources connected: ${state.sources}`,
    `finalized height: ${finalizedHeight}${state.targetHeight > finalizedHeight ? ` of ${state.targetHeight}` : ""}`,
    `seconds since finalization: ${Math.floor(silentMs / 1000)}`,
  ];
  return { ready: state.name === "ready" && state.sources > 0 && !stalled, details };
}
