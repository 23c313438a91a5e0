import type { Epoch, Height, Millis, View } from "../../kernel/codec/src/index.ts";
import type { Certificate } from "../../kernel/crypto/src/votes/types.ts";
import type {
  Finalize,
  Message,
  Persist,
  Replica,
  ReplicaConfig,
  ReplicaEffect,
  ReplicaEvent,
  Restored,
} from "../../kernel/minimmit/src/index.ts";
import { createReplica } from "../../kernel/minimmit/src/index.ts";
import type { BlockInfo, BuildRequest } from "../../kernel/ports/src/index.ts";
import { encodeBlock, inspectBlock } from "./modelBlocks.ts";
import { createModelKeys, createModelScheme } from "./modelScheme.ts";

const GENESIS = inspectBlock(encodeBlock({ view: 0, salt: 0 }, { view: 0, salt: 0 }, 0));

const timing = (ms: number): Millis => ms as Millis;

const CONFIG: ReplicaConfig = {
  epoch: 0 as Epoch,
  genesis: infoOf(GENESIS),
  leaderMode: "round-robin",
  randomness: "hash",
  viewTimeoutMs: timing(2_000),
  maxViewTimeoutMs: timing(60_000),
  minBlockIntervalMs: timing(0),
  emptyBlockIntervalMs: timing(1_000),
  maxViewLead: 64,
  futureWindow: 256,
  skipInactiveViews: 0,
  maxClockDriftFutureMs: timing(1_000_000),
  maxClockDriftPastMs: timing(1_000_000),
};

/** What survives a crash. */
interface Disk {
  records: Persist["records"][number][];
  proofs: Certificate[];
  blocks: Persist["blocks"][number][];
  final: BlockInfo;
  finalization: Certificate | undefined;
}

/** The real replica in a host that the trace drives: blocks execute at once, and nothing else happens by itself. */
export interface ModelHost {
  readonly replica: Replica;
  /** The block that the replica has asked for last. */
  readonly asked: BuildRequest | undefined;
  step(event: ReplicaEvent): void;
  receive(from: number, message: Message): void;
  /** The deadline of the current view passes. */
  timeOut(): void;
  /** Loses everything but what was persisted, and starts again (R26). */
  crash(): void;
}

/** A fresh replica `id` of n, f. */
export function createModelHost(id: number, n: number, f: number): ModelHost {
  const disk: Disk = { records: [], proofs: [], blocks: [], final: infoOf(GENESIS), finalization: undefined };
  let now = 0;
  let deadline = 0;
  let asked: BuildRequest | undefined;
  const create = (journal: Restored["journal"]): Replica =>
    createReplica(CONFIG, depsOf(id, n, f, disk), restoredOf(disk, journal));
  let replica = create("fresh");
  const bodies = new Map<string, Uint8Array>();

  const step = (event: ReplicaEvent): void => {
    const queue: ReplicaEvent[] = [event];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      for (const effect of replica.step(now as Millis, next)) queue.push(...apply(effect));
    }
  };
  const apply = (effect: ReplicaEffect): readonly ReplicaEvent[] => {
    if (effect.kind === "persist") write(disk, effect);
    else if (effect.kind === "finalize") writeFinal(disk, effect, bodies);
    else if (effect.kind === "setTimer" && effect.name === "view") deadline = effect.at;
    else if (effect.kind === "build") asked = effect.request;
    else if (effect.kind === "execute") {
      bodies.set(effect.digest, effect.block);
      return [{ kind: "executed", digest: effect.digest, info: infoOf(inspectBlock(effect.block)) }];
    }
    return [];
  };
  const begin = (): void => {
    step({ kind: "start" });
    step({ kind: "pool", executable: true });
  };
  begin();
  return {
    get replica() {
      return replica;
    },
    get asked() {
      return asked;
    },
    step(event) {
      if (event.kind === "built") bodies.set(event.info.digest, event.block);
      step(event);
    },
    receive: (from, message) => step({ kind: "message", from, message }),
    timeOut() {
      now = Math.max(now, deadline);
      step({ kind: "timer", name: "view" });
    },
    crash() {
      asked = undefined;
      replica = create("held");
      begin();
    },
  };
}

function depsOf(id: number, n: number, f: number, disk: Disk): Parameters<typeof createReplica>[1] {
  return {
    scheme: createModelScheme(n, f),
    keys: createModelKeys(id),
    inspect: inspectBlock,
    archive: {
      blockByDigest: (digest) => disk.blocks.find((held) => held.digest === digest)?.block,
      blockByHeight: () => undefined,
      finalizationAt: () => undefined,
    },
    wallMs: () => 1_000 as Millis,
    randomBytes32: () => new Uint8Array(32),
  };
}

function restoredOf(disk: Disk, journal: Restored["journal"]): Restored {
  const { height, view, digest } = disk.final;
  return {
    journal,
    records: disk.records,
    safeView: undefined,
    lastFinalized: { height: height as Height, view: view as View, digest, info: disk.final },
    finalization: disk.finalization,
    proofs: disk.proofs,
    blocks: disk.blocks.filter(({ block }) => infoOf(inspectBlock(block)).view > view),
  };
}

function write(disk: Disk, { records, proofs, blocks }: Persist): void {
  disk.records.push(...records);
  disk.proofs.push(...proofs);
  disk.blocks.push(...blocks);
}

/** R18, R24, R25: the finalized blocks stay, records and proofs of lower views go. */
function writeFinal(disk: Disk, effect: Finalize, bodies: ReadonlyMap<string, Uint8Array>): void {
  for (const { digest } of effect.blocks) {
    const block = bodies.get(digest);
    if (block === undefined) throw new Error(`finalized before it was executed: ${digest}`);
    disk.blocks.push({ digest, block });
    disk.final = infoOf(inspectBlock(block));
  }
  disk.finalization = effect.certificate;
  disk.records = disk.records.filter(({ view }) => view >= effect.pruneBelow);
  disk.proofs = disk.proofs.filter(({ view }) => view >= effect.pruneBelow);
}

function infoOf(inspected: ReturnType<typeof inspectBlock>): BlockInfo {
  if (!inspected.ok) throw new Error(inspected.fault.code);
  return inspected.value;
}
