import type { Digest, View } from "@polis/codec";
import { encodeCertificate } from "@polis/crypto";
import { type ApiEvents, createApiEvents, type KairosReader } from "@polis/kairos";
import type { Evidence, Observation } from "@polis/minimmit";
import type { FinalBlock } from "./nodeEvents.ts";

/** What events say of the chain besides what consensus reports: heights, epoch, time, and the size of certificates. */
export interface ChainEventsOptions {
  readonly reader: Pick<KairosReader, "tip" | "head">;
  readonly validators: number;
  readonly epoch: number;
  /** Unix milliseconds. */
  readonly wallMs: () => number;
}

/** Notarized blocks whose fate is awaited; views may run ahead of finality by no more than this (kairos R4). */
const maxAwaited = 1_024;

/** Turns what consensus reports into the events that subscribers know (kairos J2, 16.4). */
export class ChainEvents {
  readonly events: ApiEvents = createApiEvents();
  readonly #options: ChainEventsOptions;
  /** Notarized blocks that are neither final nor skipped yet. */
  readonly #awaited = new Map<Digest, View>();

  constructor(options: ChainEventsOptions) {
    this.#options = options;
  }

  onObservation(observation: Observation): void {
    if (observation.what === "entered") {
      const { view, leader } = observation;
      this.events.publish({ what: "entered", view, leader, seenMs: this.#options.wallMs() });
    } else if (observation.what === "proposed" || observation.what === "proposalSeen") {
      const { view, digest, height } = observation;
      this.events.publish({ what: "proposed", view, digest, height, seenMs: this.#options.wallMs() });
    }
    if (observation.what !== "certificate") return;
    const { certificate } = observation;
    const { kind, view, digest } = certificate;
    const bytes = encodeCertificate(certificate, this.#options.validators);
    const seen = { ...this.#seen(view), certificate: bytes };
    if (kind === "nullification") {
      this.events.publish({ what: "nullified", ...seen });
    } else if (digest !== undefined) {
      const height = this.#heightOf(digest);
      if (kind === "notarization") {
        this.#await(digest, view);
        this.events.publish({ what: "notarized", ...seen, digest, height });
      } else this.events.publish({ what: "finalized", ...seen, digest, height });
    }
  }

  /** Blocks that are final and on disk, in height order. */
  onFinal(blocks: readonly FinalBlock[]): void {
    for (const { digest, height } of blocks) {
      this.#awaited.delete(digest);
      this.events.publish({ what: "final", digest, height });
    }
    const last = blocks.at(-1)?.view;
    if (last === undefined) return;
    for (const [digest, view] of this.#awaited) {
      // A later block is final and this one is not among its ancestors.
      if (view > last) continue;
      this.#awaited.delete(digest);
      this.events.publish({ what: "skipped", digest });
    }
  }

  onPooled(hashes: readonly Digest[]): void {
    for (const hash of hashes) this.events.publish({ what: "pooled", hash });
  }

  onEvidence({ kind, view, signer, payloadA, sigA, payloadB, sigB }: Evidence): void {
    const statement = (payload: Uint8Array, signature: Uint8Array) => ({
      payload: `0x${payload.toHex()}`,
      signature: `0x${signature.toHex()}`,
    });
    const evidence = { kind, signer, statements: [statement(payloadA, sigA), statement(payloadB, sigB)] };
    this.events.publish({ what: "evidence", ...this.#seen(view), certificate: undefined, evidence });
  }

  #seen(view: View) {
    return { epoch: this.#options.epoch, view, seenMs: this.#options.wallMs() };
  }

  #await(digest: Digest, view: View): void {
    if (this.#awaited.size >= maxAwaited) this.#awaited.delete(this.#awaited.keys().next().value!);
    this.#awaited.set(digest, view);
  }

  /** Of the blocks that are notarized now nearly always the tip; the body of another is not decoded for this. */
  #heightOf(digest: Digest) {
    const { reader } = this.#options;
    for (const { digest: known, header } of [reader.tip(), reader.head()]) if (known === digest) return header.number;
    return undefined;
  }
}
