import type { Digest, Millis, View } from "@polis/codec";
import type { Certificate } from "@polis/crypto";
import { ConfigError } from "./errors.ts";
import { checkConfig, quorums } from "./params.ts";
import { onExecuted, onRejected } from "./rules/blocks.ts";
import { onCertificate } from "./rules/certificates.ts";
import { tryContradiction } from "./rules/contradiction.ts";
import { tryEnter } from "./rules/enterView.ts";
import { noteHeard } from "./rules/fastSkip.ts";
import { flushFetches, onFetchTimer } from "./rules/fetch.ts";
import { tryFinalize } from "./rules/finalize.ts";
import { onLink } from "./rules/follow.ts";
import { tryLateNotarize } from "./rules/lateNotarize.ts";
import { leaderOf } from "./rules/leader.ts";
import { askStatuses } from "./rules/lostJournal.ts";
import { holdProposal, onPropose } from "./rules/onPropose.ts";
import { onReply } from "./rules/onReply.ts";
import { onStatus, onStatusRequest } from "./rules/onStatus.ts";
import { onBuilt, tryPropose } from "./rules/propose.ts";
import { onRebroadcastTimer, onStallTimer } from "./rules/rebroadcast.ts";
import { onRequest } from "./rules/serve.ts";
import { start } from "./rules/start.ts";
import { chase } from "./rules/sync.ts";
import { combineTouched, onVote } from "./rules/tally.ts";
import { onPoolForTimer, onViewTimer } from "./rules/timers.ts";
import { tryVote } from "./rules/tryVote.ts";
import type { ReplicaEffect } from "./seam/effects.ts";
import type { Peer, ReplicaEvent } from "./seam/events.ts";
import type { Message } from "./seam/messages.ts";
import type { Replica, ReplicaSizes, ViewTallies } from "./seam/replica.ts";
import type { ReplicaConfig, ReplicaDeps, Restored } from "./seam/setup.ts";
import { Signer } from "./signer.ts";
import type { ReplicaState, Tally, Work } from "./state.ts";

/**
 * The Minimmit replica of one epoch (kairos 4): a machine that is stepped with events and answers with effects.
 * Throws a ConfigError when the parameters cannot work; `step` throws an InvariantError only when more than f replicas
 * are faulty or this program is wrong, never on a peer's input.
 * @param restored what `restore` read from storage, or a fresh start.
 */
export function createReplica(config: ReplicaConfig, deps: ReplicaDeps, restored: Restored): Replica {
  checkConfig(config);
  const s = initialState(config, deps, restored);
  return {
    step(now, event) {
      if (now > s.now) s.now = now;
      s.out = [];
      handle(s, event, restored);
      if (s.started) settle(s);
      return s.out;
    },
    get view() {
      return s.view;
    },
    get lastFinalized() {
      return s.lastFinalized;
    },
    get finalizedView() {
      return s.finalizedView;
    },
    get highestNotarized() {
      return s.highestNotarized;
    },
    get highestProof() {
      return s.highestProof;
    },
    get backoff() {
      return s.backoff;
    },
    get canVote() {
      return s.signer.canVote;
    },
    get safeView() {
      return s.signer.safeView;
    },
    notarized: (view) => s.signer.notarized(view),
    nullified: (view) => s.signer.nullified(view),
    proposed: (view) => s.signer.proposed(view),
    proofs: (view) => proofsOf(s, view),
    tallies: (view) => talliesOf(s, view),
    sizes: () => sizesOf(s),
  };
}

function handle(s: ReplicaState, event: ReplicaEvent, restored: Restored): void {
  if (event.kind === "start") start(s, restored);
  else if (event.kind === "link") onLink(s, event);
  else if (event.kind === "pool") {
    s.poolExecutable = event.executable;
    onPoolForTimer(s);
    s.dirty.propose = true;
  } else if (s.started) handleRunning(s, event);
}

function handleRunning(s: ReplicaState, event: Exclude<ReplicaEvent, { kind: "start" | "pool" | "link" }>): void {
  if (event.kind === "message") onMessage(s, event.message, event.from);
  else if (event.kind === "messages") for (const { message, from } of event.items) onMessage(s, message, from);
  else if (event.kind === "timer") onTimer(s, event.name);
  else if (event.kind === "executed") onExecuted(s, event.digest);
  else if (event.kind === "rejected") onRejected(s, event.digest, event.fault);
  else if (event.kind === "built") onBuilt(s, event.view, event.block, event.info, event.transactions);
  else if (event.kind === "request") onRequest(s, event.from, event.requestId, event.request);
  else onReply(s, event.from, event.requestId, event.reply);
}

function onMessage(s: ReplicaState, message: Message, from: Peer): void {
  if (from === s.self) return;
  noteHeard(s, message, from);
  if (message.kind === "notarize" || message.kind === "nullify") onVote(s, message, from, false);
  else if (message.kind === "propose") onPropose(s, message, from);
  else if (message.kind === "certificate") onCertificate(s, message.certificate, from, "link");
  else if (message.kind === "status") onStatus(s, message, from);
  else onStatusRequest(s, message, from);
}

/** Timers by name. A firing whose cause is gone does nothing (T14). */
function onTimer(s: ReplicaState, name: string): void {
  if (name === "view") onViewTimer(s);
  else if (name === "rebroadcast") onRebroadcastTimer(s);
  else if (name === "stall") onStallTimer(s);
  else if (name === "pace") s.dirty.propose = true;
  else if (name === "early") s.dirty.vote = true;
  else if (name === "status") askStatuses(s);
  else onFetchTimer(s, name);
}

/**
 * R2: one queue. What handlers have left behind is done here, own votes included, until nothing is left to do; then the
 * next event may come. No handler calls another one recursively.
 */
function settle(s: ReplicaState): void {
  const { dirty } = s;
  for (;;) {
    const work = s.queue.shift();
    if (work !== undefined) doWork(s, work);
    else if (s.touched.length > 0) combineTouched(s);
    else if (dirty.enter) {
      dirty.enter = false;
      tryEnter(s);
    } else if (dirty.final) {
      dirty.final = false;
      tryFinalize(s);
      chase(s);
    } else if (dirty.vote) {
      dirty.vote = false;
      tryVote(s);
      tryContradiction(s);
    } else if (dirty.late) {
      dirty.late = false;
      tryLateNotarize(s);
    } else if (dirty.propose) {
      dirty.propose = false;
      tryPropose(s);
    } else break;
  }
  flushFetches(s);
}

function doWork(s: ReplicaState, work: Work): void {
  if (work.kind === "vote") onVote(s, work.vote, work.from, work.verified);
  else if (work.kind === "certificate") onCertificate(s, work.certificate, work.from, work.source);
  else {
    // R11: the certificates of the proposal may bring this replica into its view before it is judged early or late.
    if (s.dirty.enter) {
      s.dirty.enter = false;
      tryEnter(s);
    }
    holdProposal(s, work.seen, work.block);
  }
}

function proofsOf(s: ReplicaState, view: View): readonly Certificate[] {
  const vs = s.views.get(view);
  if (vs === undefined) return [];
  const proofs = [vs.finalization, ...vs.notarizations.values(), vs.nullification];
  return proofs.flatMap((proof) => (proof === undefined ? [] : [proof.certificate]));
}

function talliesOf(s: ReplicaState, view: View): ViewTallies | undefined {
  const vs = s.views.get(view);
  if (vs === undefined) return undefined;
  const signers = ({ votes }: Tally) => votes.flatMap((vote) => (vote === undefined ? [] : [vote.signer]));
  return {
    leader: leaderOf(s, view),
    notarizes: [...vs.notarizes].map(([digest, tally]) => ({ digest, signers: signers(tally) })),
    nullifies: signers(vs.nullifies),
  };
}

function sizesOf(s: ReplicaState): ReplicaSizes {
  let votes = 0;
  for (const count of s.voteCounts) votes += count;
  let proofs = 0;
  for (const vs of s.views.values()) {
    proofs += vs.notarizations.size + (vs.finalization ? 1 : 0) + (vs.nullification ? 1 : 0);
  }
  const { blockBytes } = s;
  return { openViews: s.views.size, votes, proofs, blocks: s.blocks.size, blockBytes, fetches: s.fetches.size };
}

function initialState(config: ReplicaConfig, deps: ReplicaDeps, restored: Restored): ReplicaState {
  const { scheme, keys } = deps;
  const quorum = quorums(scheme.n, scheme.f);
  if (keys !== undefined && keys.index >= scheme.n) {
    throw new ConfigError(
      "CONFIG_KEY",
      `validator ${keys.index} is not among ${scheme.n}`,
      "check the key and genesis",
    );
  }
  const { lastFinalized } = restored;
  const zeros = <T extends number>(): T[] => new Array<T>(quorum.n).fill(0 as T);
  const tip = { info: lastFinalized.info, block: new Uint8Array(0), status: "executed", persisted: true } as const;
  return {
    config,
    deps,
    scheme,
    quorum,
    self: keys?.index,
    signer: new Signer(keys, config.epoch, restored),
    now: 0 as Millis,
    started: false,
    startedAt: 0 as Millis,
    view: 0 as View,
    enteredAt: 0 as Millis,
    timer: { baseAt: 0 as Millis, at: 0 as Millis, extended: false },
    backoff: 0,
    lastFinalized,
    finalization: undefined,
    finalizedView: lastFinalized.view,
    finalizedRoseAt: 0 as Millis,
    highestProof: lastFinalized.view,
    highestNotarized: lastFinalized.view,
    views: new Map(),
    highest: zeros<View>(),
    claimed: zeros<View>(),
    suspects: new Set(),
    voteCounts: zeros(),
    blocks: new Map<Digest, ReplicaState["blocks"] extends Map<Digest, infer E> ? E : never>([
      [lastFinalized.digest, { ...tip }],
    ]),
    blockBytes: 0,
    waiting: new Map(),
    pendingFinal: [],
    late: new Set(),
    future: [],
    poolExecutable: false,
    linkUp: [],
    saidHeight: [],
    viewsEntered: 0,
    heardAt: [],
    heardInView: [],
    aboveWindowAt: [],
    leading: undefined,
    ahead: undefined,
    lastRebroadcastAt: 0 as Millis,
    fetches: new Map(),
    requests: new Map(),
    nextRequestId: 1,
    nextPeer: 0,
    syncTop: lastFinalized,
    runEnd: undefined,
    nonces: new Set(),
    statusViews: new Map(),
    evidenceSeen: new Set(),
    queue: [],
    touched: [],
    out: [] as ReplicaEffect[],
    dirty: { enter: false, vote: false, late: false, propose: false, final: false },
  };
}
