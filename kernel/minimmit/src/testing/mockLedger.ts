import type { Digest, Height } from "@polis/codec";
import type { ReplicaEffect } from "../seam/effects.ts";
import type { ReplicaEvent } from "../seam/events.ts";
import { decodeMockBlock, encodeMockBlock, inspectMockBlock } from "./mockBlock.ts";
import type { MockDisk } from "./mockDisk.ts";

/** Executes and builds test blocks. It asserts what the machine promises: the parent is executed or finalized. */
export class MockLedger {
  readonly executed = new Map<Digest, Uint8Array>();
  readonly #disk: MockDisk;
  #salt = 0;

  constructor(disk: MockDisk) {
    this.#disk = disk;
  }

  /** The event that answers an `execute` or `build` effect. */
  answer(effect: Extract<ReplicaEffect, { kind: "execute" | "build" }>): ReplicaEvent {
    return effect.kind === "execute" ? this.#execute(effect.digest, effect.block) : this.#build(effect);
  }

  /** Bytes of an executed block, for the finalization's commit. */
  take(digest: Digest): Uint8Array {
    const block = this.executed.get(digest);
    if (block === undefined) throw new Error(`finalized without execution: ${digest}`);
    return block;
  }

  #execute(digest: Digest, block: Uint8Array): ReplicaEvent {
    const decoded = decodeMockBlock(block);
    const inspected = inspectMockBlock(block);
    if (!decoded.ok || !inspected.ok) throw new Error("execute was asked for bytes that do not decode");
    this.#requireParent(decoded.value.parentDigest);
    if (!decoded.value.valid) {
      return { kind: "rejected", digest, fault: { code: "MOCK_INVALID", verdict: "punish" } };
    }
    this.executed.set(digest, block);
    return { kind: "executed", digest, info: inspected.value };
  }

  #build({ request }: Extract<ReplicaEffect, { kind: "build" }>): ReplicaEvent {
    const parent = this.#requireParent(request.parentDigest);
    const { view, parentView, parentDigest, timeMs } = request;
    const height = (parent + 1) as Height;
    const block = encodeMockBlock({ height, view, parentView, parentDigest, timeMs, salt: this.#salt++, valid: true });
    const inspected = inspectMockBlock(block);
    if (!inspected.ok) throw new Error("a built block does not decode");
    this.executed.set(inspected.value.digest, block);
    return { kind: "built", view, block, info: inspected.value, transactions: 0 };
  }

  #requireParent(digest: Digest): number {
    const known = this.#disk.heightOf(digest);
    if (known !== undefined) return known;
    const decoded = decodeMockBlock(this.take(digest));
    if (!decoded.ok) throw new Error("unreachable");
    return decoded.value.height;
  }
}
