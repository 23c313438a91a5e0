import type { Millis } from "@polis/codec";
import type { Machine } from "@polis/ports";
import type { KratosBackend } from "../api/backend.ts";
import type { PoolOutcome } from "../pool/types.ts";
import type { SignedTransaction } from "../transaction/transaction.ts";
import type { PeerName } from "../wire/link.ts";
import type { HostFacts, NodeOptions } from "./options.ts";
import type { NodeEffect, NodeEvent } from "./seam.ts";

/** A whole KratOs node on an existing chain, as a value that is stepped. `now` is Unix time in milliseconds. */
export class KratosNode implements Machine<NodeEvent, NodeEffect> {
  readonly options: NodeOptions;

  constructor(options: NodeOptions) {
    this.options = options;
  }

  /** Applies an event. Never throws on a peer's input. */
  step(_now: Millis, _event: NodeEvent): readonly NodeEffect[] {
    throw new Error("not written yet");
  }

  /** Bans that the host tells the network before `start`. */
  bans(): readonly { readonly peer: PeerName; readonly until: Millis }[] {
    throw new Error("not written yet");
  }

  /** Takes a transaction of this node's own clients: the host carries out the effects as those of a step. */
  submit(
    _now: Millis,
    _signed: SignedTransaction,
  ): { readonly outcome: PoolOutcome; readonly effects: readonly NodeEffect[] } {
    throw new Error("not written yet");
  }

  /** What JSON-RPC asks of this node. @param submit calls `submit` with the host's time and carries its effects out */
  backend(_host: HostFacts, _submit: (signed: SignedTransaction) => PoolOutcome): KratosBackend {
    throw new Error("not written yet");
  }
}
