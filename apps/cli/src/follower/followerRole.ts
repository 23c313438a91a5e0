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
/** How long a peer that is dialled anew may take to be there again. */
const REDIAL_MS = 5_000;

/** Makes the role of one follower; it remembers its links. */
export function createFollowerRole({ n, f, redial, nowMs }: FollowerRoleOptions): FollowerRole {
  const sources = new Map<number, PeerInfo>();
  let redialled: { readonly peerId: string; readonly atMs: number } | undefined;
  const feeds = new FeedChoice(Math.max(2, f + 1));
  const state = (facts: RoleFacts): FollowerState => followerState(facts);

  /** With too few peers that push, a silent one is dialled anew: its Hello can say it. */
  const tellAnother = (): void => {
    // One after the other: the link that goes now would call for the next one.
    if (!feeds.needsMore(nowMs()) || (redialled !== undefined && nowMs() - redialled.atMs < REDIAL_MS)) return;
    const silent = [...sources.values()].find(({ peerId }) => !feeds.isTold(peerId));
    if (silent === undefined) return;
    redialled = { peerId: silent.peerId, atMs: nowMs() };
    redial(silent.peer);
  };

  const onLink = (peer: PeerInfo, up: boolean, _hello: Hello): boolean => {
    // Who has come to be served says nothing about the chain: it is not asked.
    if (!peer.isValidator && !peer.isUpstream) return false;
    if (up) sources.set(peer.peer, peer);
    else sources.delete(peer.peer);
    feeds.onLink(peer.peerId, up);
    tellAnother();
    return true;
  };

  const capabilities = (to: HelloTarget | undefined): number => {
    if (to?.dialled !== true) return 0;
    if (to.peerId === redialled?.peerId) redialled = undefined;
    const told = feeds.choose(to.peerId, nowMs());
    // A Hello is being written: links are left alone until it is.
    if (!told) queueMicrotask(tellAnother);
    return told ? CAPABILITY_FEED : 0;
  };

  return {
    name: "follower",
    // One honest source is enough: nothing is believed that is not verified.
    requiredPeers: () => 1,
    capabilities,
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
