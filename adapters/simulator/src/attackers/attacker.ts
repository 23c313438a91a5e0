import type { Epoch, Millis, ValidatorIndex, View } from "@polis/codec";
import type { VoteKeys, VoteScheme } from "@polis/crypto";
import type { FetchReply, FetchRequest, Message, Peer, Replica } from "@polis/minimmit";
import type { Prng } from "../random/prng.ts";
import type { SimLedger } from "../types.ts";

/** What a faulty validator can do: its own keys and those of its accomplices, and words to anyone. Nothing more. */
export interface AttackTools {
  readonly self: ValidatorIndex;
  readonly n: number;
  readonly f: number;
  readonly keys: VoteKeys;
  /** The keys of all faulty validators, its own among them. */
  readonly conspirators: readonly VoteKeys[];
  readonly scheme: VoteScheme;
  readonly prng: Prng;
  readonly epoch: Epoch;
  readonly ledger: SimLedger;
  /** The honest machine inside. */
  readonly replica: Replica;
  nowMs(): Millis;
  wallMs(): Millis;
  leaderOf(view: View): ValidatorIndex;
  send(to: Peer, message: Message): void;
  /** To every other validator. */
  broadcast(message: Message): void;
  reply(to: Peer, requestId: number, reply: FetchReply): void;
}

/**
 * A faulty validator: an honest machine whose every word passes through these hooks. A hook that returns true has dealt
 * with the matter itself.
 */
export interface Attacker {
  readonly name: string;
  /** What the machine inside wants to send; `to` is undefined for a broadcast. */
  onSend?(tools: AttackTools, message: Message, to: Peer | undefined): boolean;
  /** What arrived; true hides it from the machine inside. */
  onReceive?(tools: AttackTools, from: Peer, message: Message): boolean;
  /** A request on the bulk link; true hides it from the machine inside. */
  onRequest?(tools: AttackTools, from: Peer, requestId: number, request: FetchRequest): boolean;
  /** Called every 50 ms of virtual time. */
  onTick?(tools: AttackTools): void;
}
