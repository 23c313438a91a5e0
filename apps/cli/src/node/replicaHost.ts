import type { Digest, Fault, Millis, ValidatorIndex } from "@polis/codec";
import type {
  Evidence,
  FetchReply,
  FetchRequest,
  Finalize,
  Message,
  Observation,
  Peer,
  Persist,
  ReplicaEffect,
  ReplicaEvent,
} from "@polis/minimmit";
import type { BuildRequest, Clock, Machine } from "@polis/ports";
import type { Fills } from "../telemetry/fills.ts";

/** What the host needs from the rest of the node. Answers come back through `deliver`. */
export interface HostWorld {
  readonly clock: Clock;
  setTimer(name: string, at: Millis): void;
  cancelTimer(name: string): void;
  /** Durable when resolved (R25). */
  persist(effect: Persist): Promise<void>;
  broadcast(message: Message): void;
  send(to: Peer, message: Message): void;
  fetch(to: Peer, requestId: number, request: FetchRequest): void;
  reply(to: Peer, requestId: number, reply: FetchReply): void;
  execute(digest: Digest, block: Uint8Array, leader: ValidatorIndex): void;
  build(request: BuildRequest): void;
  finalize(effect: Finalize): void;
  evidence(evidence: Evidence): void;
  report(peer: Peer, fault: Fault): void;
  observe(observation: Observation): void;
  /** A broken invariant or a failed disk: the node must stop rather than guess. */
  fail(error: unknown): void;
}

/** Frames that one step takes at the most. */
const FRAMES_MAX = 256;

/** Writes that may wait for the disk before building pauses. */
const WRITES_MAX = 8;

/** Runs one replica: events in, effects out, one at a time and in order. */
export interface ReplicaHost {
  deliver(event: ReplicaEvent): void;
  /** Stops applying anything; resolves when the last disk write has ended. */
  stop(): Promise<void>;
}

/**
 * Effects that leave the process, or make something final, wait behind an unfinished `persist`: a certificate may rest on
 * this replica's own vote, which counts before it is on disk (R2). Announced and then lost in a power cut, that vote could
 * be replaced by a nullify, and the view be nullified beside its finalization.
 */
type Outgoing = Extract<ReplicaEffect, { kind: "broadcast" | "send" | "reply" | "finalize" | "persist" }>;

/**
 * Applies a replica's effects to the world. A `persist` is a barrier for what leaves the process (R25): votes go out in
 * order, each after its record is on disk. Events that arrive while effects are applied are queued, never nested (R2).
 * @param fills told how many items wait in the channels of kairos 1.6
 */
export function createReplicaHost(
  replica: Machine<ReplicaEvent, ReplicaEffect>,
  world: HostWorld,
  fills?: Pick<Fills, "note">,
): ReplicaHost {
  const events: ReplicaEvent[] = [];
  let frames: { readonly from: Peer; readonly message: Message }[] = [];
  const outgoing: Outgoing[] = [];
  let stepping = false;
  let writing: Promise<void> | undefined;
  let waitingWrites = 0;
  let heldBuild: BuildRequest | undefined;
  let stopped = false;

  const drain = (): void => {
    while (writing === undefined && !stopped) {
      const next = outgoing.shift();
      if (next === undefined) break;
      if (next.kind !== "persist") {
        leave(world, next);
        continue;
      }
      waitingWrites--;
      startWriting(next);
    }
    if (heldBuild === undefined || waitingWrites >= WRITES_MAX || stopped) return;
    const request = heldBuild;
    heldBuild = undefined;
    world.build(request);
  };
  const startWriting = (effect: Persist): void => {
    writing = world.persist(effect).then(
      () => {
        writing = undefined;
        drain();
      },
      (error: unknown) => {
        stopped = true;
        world.fail(error);
      },
    );
  };
  const apply = (effect: ReplicaEffect): void => {
    if (isOutgoing(effect)) {
      if (effect.kind === "persist") waitingWrites++;
      outgoing.push(effect);
      if (fills !== undefined) noteOutgoing(fills, outgoing, effect);
      return;
    }
    if (effect.kind === "build") fills?.note("proposal_req", 1);
    if (effect.kind === "build" && waitingWrites >= WRITES_MAX) {
      // A replica that needs no other one would build ahead of its own disk without end. Only the newest request counts.
      heldBuild = effect.request;
    } else {
      applyLocal(world, effect);
    }
  };
  const run = (): void => {
    if (stepping) return;
    stepping = true;
    try {
      for (let event = events.shift(); event !== undefined && !stopped; event = events.shift()) {
        for (const effect of replica.step(world.clock.monotonicMs(), event)) apply(effect);
        drain();
      }
    } catch (error) {
      stopped = true;
      world.fail(error);
    } finally {
      stepping = false;
    }
  };
  /** Frames of all links that have arrived in one turn of the event loop are one event. */
  const flush = (): void => {
    const items = frames;
    if (items.length === 0) return;
    frames = [];
    events.push({ kind: "messages", items });
    run();
  };
  return {
    deliver: (event) => {
      if (stopped) return;
      if (event.kind === "message") {
        frames.push({ from: event.from, message: event.message });
        fills?.note("consensus_msgs", frames.length + events.length);
        if (frames.length === 1) setImmediate(flush);
        else if (frames.length >= FRAMES_MAX) flush();
        return;
      }
      events.push(event);
      run();
    },
    stop: async () => {
      stopped = true;
      await writing?.catch(() => undefined);
    },
  };
}

function noteOutgoing(fills: Pick<Fills, "note">, outgoing: readonly Outgoing[], newest: Outgoing): void {
  fills.note("broadcast", outgoing.length);
  if (isProposal(newest)) fills.note("proposal_resp", outgoing.filter(isProposal).length);
}

function isProposal(effect: Outgoing): boolean {
  return effect.kind === "broadcast" && effect.message.kind === "propose";
}

function isOutgoing(effect: ReplicaEffect): effect is Outgoing {
  const { kind } = effect;
  return kind === "persist" || kind === "broadcast" || kind === "send" || kind === "reply" || kind === "finalize";
}

function leave(world: HostWorld, effect: Exclude<Outgoing, Persist>): void {
  switch (effect.kind) {
    case "broadcast":
      world.broadcast(effect.message);
      break;
    case "send":
      world.send(effect.to, effect.message);
      break;
    case "reply":
      world.reply(effect.to, effect.requestId, effect.reply);
      break;
    case "finalize":
      world.finalize(effect);
      break;
  }
}

function applyLocal(world: HostWorld, effect: Exclude<ReplicaEffect, Outgoing>): void {
  switch (effect.kind) {
    case "setTimer":
      world.setTimer(effect.name, effect.at);
      break;
    case "cancelTimer":
      world.cancelTimer(effect.name);
      break;
    case "execute":
      world.execute(effect.digest, effect.block, effect.leader);
      break;
    case "build":
      world.build(effect.request);
      break;
    case "fetch":
      world.fetch(effect.to, effect.requestId, effect.request);
      break;
    case "evidence":
      world.evidence(effect.evidence);
      break;
    case "report":
      world.report(effect.peer, effect.fault);
      break;
    case "observe":
      world.observe(effect.observation);
      break;
  }
}
