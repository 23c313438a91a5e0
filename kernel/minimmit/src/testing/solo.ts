import type { Digest, Epoch, Height, Millis, ValidatorIndex, View } from "@polis/codec";
import type { Certificate, Notarize, Nullify, Vote, VoteScheme } from "@polis/crypto";
import type { Archive, BlockInfo } from "@polis/ports";
import { createReplica } from "../createReplica.ts";
import type { Observation, ReplicaEffect } from "../seam/effects.ts";
import type { ReplicaEvent } from "../seam/events.ts";
import type { Message, Propose } from "../seam/messages.ts";
import type { Replica } from "../seam/replica.ts";
import type { ReplicaConfig, Restored } from "../seam/setup.ts";
import { testConfig } from "./config.ts";
import { encodeMockBlock, inspectMockBlock, mockGenesis } from "./mockBlock.ts";
import { createMockKeys, createMockScheme } from "./mockScheme.ts";

const epoch = 0 as Epoch;

/** A test block with its bytes. */
export interface SoloBlock {
  readonly info: BlockInfo;
  readonly bytes: Uint8Array;
}

export interface SoloOptions {
  readonly self?: number;
  readonly n?: number;
  readonly f?: number;
  readonly config?: Partial<ReplicaConfig>;
  readonly restored?: Partial<Restored>;
  readonly accountable?: boolean;
  readonly isWhole?: (block: Uint8Array) => boolean;
  /** Nothing is archived unless given. */
  readonly archive?: Archive;
}

const noArchive: Archive = {
  blockByDigest: () => undefined,
  blockByHeight: () => undefined,
  finalizationAt: () => undefined,
};

/** The restored state of a first start. */
export function freshRestored(change: Partial<Restored> = {}): Restored {
  const info = mockGenesis();
  const lastFinalized = { height: 0 as Height, view: 0 as View, digest: info.digest, info };
  return {
    journal: "held",
    records: [],
    safeView: undefined,
    lastFinalized,
    finalization: undefined,
    proofs: [],
    blocks: [],
    ...change,
  };
}

/** One replica (index 5 of 6 unless told otherwise) whose world is written by hand, one event at a time. */
export class Solo {
  readonly replica: Replica;
  readonly scheme: VoteScheme;
  now = 0;
  wall = 1_000_000;
  effects: ReplicaEffect[] = [];
  readonly #n: number;

  constructor(options: SoloOptions = {}) {
    this.#n = options.n ?? 6;
    const seeds = options.config?.randomness === "seed";
    this.scheme = createMockScheme(this.#n, options.f ?? 1, options.accountable ?? true, seeds);
    const self = options.self ?? 5;
    this.replica = createReplica(
      testConfig(options.config),
      {
        scheme: this.scheme,
        keys: self < 0 ? undefined : createMockKeys(self as ValidatorIndex),
        inspect: inspectMockBlock,
        ...(options.isWhole === undefined ? {} : { isWhole: options.isWhole }),
        archive: options.archive ?? noArchive,
        wallMs: () => (this.wall + this.now) as Millis,
        randomBytes32: () => new Uint8Array(32).fill(7),
      },
      freshRestored(options.restored),
    );
  }

  /** Steps and returns the effects; `effects` holds those of the last step. */
  step(event: ReplicaEvent): readonly ReplicaEffect[] {
    this.effects = [...this.replica.step(this.now as Millis, event)];
    return this.effects;
  }

  start(): this {
    this.step({ kind: "start" });
    return this;
  }

  receive(from: number, message: Message): readonly ReplicaEffect[] {
    return this.step({ kind: "message", from, message });
  }

  /** Advances the clock and fires a timer. */
  fire(name: string, ms: number): readonly ReplicaEffect[] {
    this.now += ms;
    return this.step({ kind: "timer", name });
  }

  executed(block: SoloBlock): readonly ReplicaEffect[] {
    return this.step({ kind: "executed", digest: block.info.digest, info: block.info });
  }

  /** A block of `view` on `parent`, genesis by default. */
  block(view: number, parent: BlockInfo = mockGenesis(), salt = 0, timeMs = this.wall + this.now): SoloBlock {
    const bytes = encodeMockBlock({
      height: (parent.height + 1) as Height,
      view: view as View,
      parentView: parent.view,
      parentDigest: parent.digest,
      timeMs: timeMs as Millis,
      salt,
      valid: true,
    });
    const inspected = inspectMockBlock(bytes);
    if (!inspected.ok) throw new Error("unreachable");
    return { info: inspected.value, bytes };
  }

  notarize(signer: number, view: number, digest: Digest): Notarize {
    const index = signer as ValidatorIndex;
    const sig = createMockKeys(index).signNotarize(epoch, view as View, digest);
    return { kind: "notarize", epoch, view: view as View, digest, signer: index, sig };
  }

  nullify(signer: number, view: number): Nullify {
    const index = signer as ValidatorIndex;
    const sig = createMockKeys(index).signNullify(epoch, view as View);
    return { kind: "nullify", epoch, view: view as View, signer: index, sig };
  }

  certificate(kind: Certificate["kind"], view: number, digest?: Digest, signers = this.#quorum(kind)): Certificate {
    const votes = signers.map(
      (r): Vote => (digest === undefined ? this.nullify(r, view) : this.notarize(r, view, digest)),
    );
    const assembled = this.scheme.assemble(kind, votes);
    if (!assembled.ok) throw new Error("unreachable");
    return assembled.certificate;
  }

  /** The proposal of `block` by the round-robin leader of its view. */
  proposal(block: SoloBlock, proofs: readonly Certificate[] = []): Propose {
    const { view, digest, parentView, parentDigest } = block.info;
    const keys = createMockKeys((view % this.#n) as ValidatorIndex);
    const proposeSig = keys.signProposal({ epoch, view, digest, parentView, parentDigest });
    const voteSig = keys.signNotarize(epoch, view, digest);
    return { kind: "propose", epoch, view, proposeSig, voteSig, proofs, block: block.bytes };
  }

  /** Messages of a kind that the last step broadcast. */
  sent<K extends Message["kind"]>(kind: K): Extract<Message, { kind: K }>[] {
    return this.effects.flatMap((effect) =>
      effect.kind === "broadcast" && effect.message.kind === kind
        ? [effect.message as Extract<Message, { kind: K }>]
        : [],
    );
  }

  /** Effects of a kind of the last step. */
  only<K extends ReplicaEffect["kind"]>(kind: K): Extract<ReplicaEffect, { kind: K }>[] {
    return this.effects.filter((effect): effect is Extract<ReplicaEffect, { kind: K }> => effect.kind === kind);
  }

  observed(what: Observation["what"]): Observation[] {
    return this.only("observe").flatMap(({ observation }) => (observation.what === what ? [observation] : []));
  }

  #quorum(kind: Certificate["kind"]): number[] {
    const size = kind === "finalization" ? this.scheme.quorumL : this.scheme.quorumM;
    return Array.from({ length: size }, (_, i) => i);
  }
}
